"""Which warehouse gives what: pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Level:
    """What one warehouse can still give of one variant, beyond what the claimant holds there (`held`).

    Lower `preference` is asked first.
    """

    id: UUID
    variant_id: UUID
    available: int
    preference: int
    held: int = 0

    @property
    def capacity(self) -> int:
        return self.held + self.available


@dataclass(frozen=True)
class Pick:
    level_id: UUID
    quantity: int


@dataclass(frozen=True)
class Shortage:
    variant_id: UUID
    requested: int
    available: int


def pick(wanted: Mapping[UUID, int], levels: Iterable[Level]) -> list[Pick] | Shortage:
    """Cover `wanted` (units by variant) from `levels`: one warehouse for a variant where one suffices, else several.

    Where the claimant holds most already is asked first, so that a claim which is renewed stays where it is. Each level is
    picked at most once and never beyond its capacity. A Shortage names the first variant that cannot be covered; then
    nothing is picked.
    """
    by_variant: dict[UUID, list[Level]] = defaultdict(list)
    for level in levels:
        by_variant[level.variant_id].append(level)
    picks: list[Pick] = []
    for variant_id, quantity in wanted.items():
        candidates = sorted(
            by_variant[variant_id], key=lambda level: (level.capacity < quantity, -level.held, level.preference)
        )
        capacity = sum(level.capacity for level in candidates)
        if capacity < quantity:
            return Shortage(variant_id, quantity, capacity)
        picks.extend(_fill(quantity, candidates))
    return picks


def _fill(quantity: int, candidates: Iterable[Level]) -> Iterable[Pick]:
    for level in candidates:
        taken = min(quantity, level.capacity)
        if taken > 0:
            yield Pick(level.id, taken)
            quantity -= taken

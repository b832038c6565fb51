"""What a cart costs: a pure function, no database, no clock, no float."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.shared.money import Money, total


@dataclass(frozen=True)
class LineToQuote:
    variant_id: UUID
    quantity: int
    unit: Money


@dataclass(frozen=True)
class QuotedLine:
    variant_id: UUID
    quantity: int
    unit: Money
    total: Money


@dataclass(frozen=True)
class Quote:
    """`total` is exactly the sum of the lines' totals."""

    lines: tuple[QuotedLine, ...]
    total: Money


def quote(lines: Sequence[LineToQuote], currency: str) -> Quote:
    """Price `lines`, each unit price times quantity. Raises ValueError when a price is in another currency."""
    quoted = tuple(
        QuotedLine(line.variant_id, line.quantity, line.unit, line.unit.times(line.quantity)) for line in lines
    )
    return Quote(quoted, total([line.total for line in quoted], currency))

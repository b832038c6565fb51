"""What became of each order, and when."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import DAY, HOUR, SECOND, Bools, Ints, stream
from hanse.seed.scale import Scale

PENDING, PAID, SHIPPED, DELIVERED, CANCELLED, REFUNDED, RETURNED = range(7)
STATES = ("pending", "paid", "shipped", "delivered", "cancelled", "refunded", "returned")
VERSIONS = np.array([1, 2, 3, 4, 2, 3, 4])
"""One for the placing and one for each transition, by state."""

NEVER = -1
_CANCELLED, _REFUNDED, _RETURNED = 0.03, 0.015, 0.025
_DECLINED = 0.5
_UNDER_REVIEW_DAYS, _UNDER_REVIEW = 7, 12


@dataclass(frozen=True)
class Lives:
    """One entry an order; moments in milliseconds since 1970, NEVER where it did not happen.

    `ended` is when it was cancelled, refunded or returned; `declined` marks the cancelled ones whose payment failed.
    """

    state: Ints
    placed: Ints
    paid: Ints
    shipped: Ints
    delivered: Ints
    ended: Ints
    declined: Bools

    @property
    def updated(self) -> Ints:
        latest: Ints = np.max([self.placed, self.paid, self.shipped, self.delivered, self.ended], axis=0)
        return latest


def make_lives(placed: Ints, suspicious: Bools, end: int, scale: Scale) -> Lives:
    """Let every order live until `end`, so that the last ones are still under way.

    The newest `suspicious` ones of the last days stay pending: their payment waits for a person.
    """
    rng = stream(scale.number, "lives")
    count = len(placed)
    fate = rng.choice(
        [DELIVERED, CANCELLED, REFUNDED, RETURNED],
        count,
        p=[1 - _CANCELLED - _REFUNDED - _RETURNED, _CANCELLED, _REFUNDED, _RETURNED],
    )
    pending = _under_review(placed, suspicious, end)
    declined = (fate == CANCELLED) & (rng.random(count) < _DECLINED) & ~pending
    cancelled = placed + np.where(declined, 20 * SECOND, rng.integers(2 * HOUR // 60, 3 * HOUR, count))
    paid = placed + rng.integers(4 * SECOND, 240 * SECOND, count)
    refunded = paid + rng.integers(HOUR, 30 * HOUR, count)
    shipped = paid + (rng.lognormal(3.1, 0.6, count) * HOUR).astype(np.int64)
    delivered = shipped + (rng.uniform(1.5, 8, count) * DAY).astype(np.int64)
    returned = shipped + (rng.uniform(5, 18, count) * DAY).astype(np.int64)
    ended = np.choose(
        fate - DELIVERED, [np.full(count, NEVER), np.minimum(cancelled, end - SECOND), refunded, returned]
    )
    never = (ended >= end) | pending
    ended[never] = NEVER
    over = (fate == CANCELLED) | ((fate == REFUNDED) & ~never)
    shipped = np.where((shipped < end) & ~over & ~pending, shipped, NEVER)
    arrived = (delivered < end) & (shipped != NEVER) & (fate != RETURNED)
    return _lives(
        placed,
        paid=np.where(pending | (fate == CANCELLED), NEVER, paid),
        shipped=shipped,
        delivered=np.where(arrived, delivered, NEVER),
        ended=(ended, fate, declined),
    )


def _under_review(placed: Ints, suspicious: Bools, end: int) -> Bools:
    waiting = np.zeros(len(placed), dtype=bool)
    waiting[np.flatnonzero(suspicious & (placed >= end - _UNDER_REVIEW_DAYS * DAY))[-_UNDER_REVIEW:]] = True
    return waiting


def _lives(placed: Ints, *, paid: Ints, shipped: Ints, delivered: Ints, ended: tuple[Ints, Ints, Bools]) -> Lives:
    moment, fate, declined = ended
    state = np.select(
        [moment != NEVER, delivered != NEVER, shipped != NEVER, paid != NEVER],
        [fate, np.full(len(placed), DELIVERED), np.full(len(placed), SHIPPED), np.full(len(placed), PAID)],
        default=PENDING,
    )
    return Lives(state, placed, paid, shipped, delivered, moment, declined)

"""What lies in the warehouses, and how it came to that since the opening count."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import DAY, Ints, stream
from hanse.seed.history import History, Shop
from hanse.seed.lifecycle import CANCELLED, DELIVERED, NEVER, PAID, PENDING, REFUNDED, RETURNED, SHIPPED
from hanse.seed.scale import Scale
from hanse.seed.world import REGIONS

KINDS = ("receipt", "reserve", "ship", "release", "return")
_ON_HAND: Ints = np.array([1, 0, -1, 0, 1])
_RESERVED: Ints = np.array([0, 1, -1, -1, 0])
"""Signs of the changes, by kind."""

CLAIM_STATES = ("held", "shipped", "released")
_CLAIM_AFTER = {PENDING: 0, PAID: 0, SHIPPED: 1, DELIVERED: 1, CANCELLED: 2, REFUNDED: 2, RETURNED: 2}

_COUNTED_DAYS_AGO = 28
_SOLD_OUT = 0.03


@dataclass(frozen=True)
class Claims:
    """Reservations of the orders placed since the count, one a line."""

    line: Ints
    level: Ints
    state: Ints


@dataclass(frozen=True)
class Movements:
    """`order` is NEVER for a receipt."""

    level: Ints
    kind: Ints
    quantity: Ints
    order: Ints
    at: Ints

    @property
    def on_hand(self) -> Ints:
        change: Ints = self.quantity * _ON_HAND[self.kind]
        return change

    @property
    def reserved(self) -> Ints:
        change: Ints = self.quantity * _RESERVED[self.kind]
        return change


@dataclass(frozen=True)
class Stock:
    """Level `variant * 3 + warehouse`. Older orders were history when the goods were counted and move nothing."""

    on_hand: Ints
    reserved: Ints
    counted_at: int
    claims: Claims
    movements: Movements


def make_stock(shop: Shop, history: History, scale: Scale) -> Stock:
    end = int(np.datetime64(shop.calendar.first, "ms").astype(np.int64)) + shop.calendar.days * DAY
    counted_at = end - _COUNTED_DAYS_AGO * DAY
    claims = _claims(shop, history, counted_at)
    moved = _moved(history, claims)
    levels = len(shop.catalogue.skus) * len(REGIONS)
    left = _left_over(levels, claims, history, scale)
    opening = left - _sum(moved.level, moved.on_hand, levels)
    receipts = np.flatnonzero(opening)
    return Stock(
        on_hand=left,
        reserved=_sum(moved.level, moved.reserved, levels),
        counted_at=counted_at,
        claims=claims,
        movements=_joined(
            Movements(
                level=receipts,
                kind=np.zeros_like(receipts),
                quantity=opening[receipts],
                order=np.full_like(receipts, NEVER),
                at=np.full_like(receipts, counted_at),
            ),
            moved,
        ),
    )


def _claims(shop: Shop, history: History, counted_at: int) -> Claims:
    """Each region's orders are served from its own warehouse."""
    line = np.flatnonzero(history.lives.placed[history.lines.order] >= counted_at)
    order = history.lines.order[line]
    warehouse = shop.customers.region[history.customer[order]]
    states = np.array([_CLAIM_AFTER[state] for state in range(len(_CLAIM_AFTER))])
    return Claims(line, history.lines.variant[line] * len(REGIONS) + warehouse, states[history.lives.state[order]])


def _moved(history: History, claims: Claims) -> Movements:
    order = history.lines.order[claims.line]
    quantity, returned = history.lines.quantity[claims.line], history.returned[claims.line]
    lives, state = history.lives, history.lives.state[order]
    never = np.full(len(order), NEVER)
    back = np.where(state == RETURNED, lives.ended[order], np.where(returned > 0, history.back_at[order], never))
    given_up = np.where((state == CANCELLED) | (state == REFUNDED), lives.ended[order], never)
    parts = [
        _movements(kind, claims.level, amount, order, at)
        for kind, amount, at in (
            ("reserve", quantity, lives.placed[order]),
            ("ship", quantity, lives.shipped[order]),
            ("release", quantity, given_up),
            ("return", returned, back),
        )
    ]
    return _joined(*parts)


def _movements(kind: str, level: Ints, quantity: Ints, order: Ints, at: Ints) -> Movements:
    happened = np.flatnonzero(at != NEVER)
    kinds = np.full(len(happened), KINDS.index(kind))
    return Movements(level[happened], kinds, quantity[happened], order[happened], at[happened])


def _left_over(levels: int, claims: Claims, history: History, scale: Scale) -> Ints:
    """Units on hand now: what is claimed, what was given back or released, and some weeks' sales unless sold out.

    With those there was enough at every moment since the count.
    """
    rng = stream(scale.number, "stock")
    quantity = history.lines.quantity[claims.line]
    wanted = _sum(claims.level, quantity, levels)
    held = _sum(claims.level, np.where(claims.state == 0, quantity, 0), levels)
    given_back = np.where(claims.state == 2, quantity, history.returned[claims.line])
    returned = _sum(claims.level, given_back, levels)
    free = rng.poisson(rng.gamma(2.0, 12.0, levels) + 1.5 * wanted)
    sold_out = np.repeat(rng.random(levels // len(REGIONS)) < _SOLD_OUT, len(REGIONS))
    left: Ints = held + np.where(sold_out, returned, np.maximum(free, returned))
    return left


def _sum(level: Ints, amount: Ints, levels: int) -> Ints:
    return np.bincount(level, weights=amount, minlength=levels).astype(np.int64)


def _joined(*parts: Movements) -> Movements:
    return Movements(
        level=np.concatenate([part.level for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        quantity=np.concatenate([part.quantity for part in parts]),
        order=np.concatenate([part.order for part in parts]),
        at=np.concatenate([part.at for part in parts]),
    )

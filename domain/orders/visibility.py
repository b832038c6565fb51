"""Whose orders a viewer may see, and how much of them: the one place that says so, for one order and for lists."""

from typing import Protocol
from uuid import UUID

from domain.orders.states import OrderLineFacts
from domain.shared.viewer import Viewer

READ = "orders.read"


class Parties(Protocol):
    """Who has to do with an order."""

    @property
    def buyer_id(self) -> UUID: ...

    @property
    def channel(self) -> str: ...

    @property
    def supplier_ids(self) -> frozenset[UUID]: ...


def may_see(viewer: Viewer, order: Parties) -> bool:
    """Staff see all, or those of their channel; buyers their own; suppliers those with a line of theirs."""
    return sees_whole(viewer, order) or any(
        limit.touches(order.channel, order.supplier_ids) for limit in viewer.limited(READ)
    )


def sees_whole(viewer: Viewer, order: Parties) -> bool:
    """Whether the viewer sees the address, the total and every line: staff, the buyer, the supplier of all lines."""
    is_buyer = viewer.user_id is not None and viewer.user_id == order.buyer_id
    return is_buyer or viewer.may_for(READ, channel=order.channel, suppliers=order.supplier_ids)


def visible_lines(viewer: Viewer, order: Parties, lines: list[OrderLineFacts]) -> list[OrderLineFacts]:
    """All lines for who sees the whole, their own for a supplier beside others."""
    if sees_whole(viewer, order):
        return lines
    limits = viewer.limited(READ)
    return [line for line in lines if any(one.covers(order.channel, frozenset({line.supplier_id})) for one in limits)]


def visible_orders(viewer: Viewer, *, placeholder: int) -> tuple[str, list[object]]:
    """`may_see` as a condition on `orders o`, with its values from `$placeholder` on.

    Three texts, so that a buyer's list can use the index on buyers, and PostgreSQL prepares each of them once.
    """
    if viewer.may(READ):
        return "TRUE", []
    limits = viewer.limited(READ)
    if not limits:
        return f"o.buyer_id = ${placeholder}", [viewer.user_id]
    first, second, third = (f"${placeholder + n}" for n in range(3))
    within = f"""EXISTS (SELECT FROM unnest({second}::text[], {third}::uuid[]) AS w(channel, supplier_id)
        WHERE (w.channel IS NULL OR w.channel = o.channel) AND (w.supplier_id IS NULL OR EXISTS (
            SELECT FROM order_line ol WHERE ol.order_id = o.id AND ol.supplier_id = w.supplier_id)))"""
    within_limits = [[one.channel for one in limits], [one.supplier_id for one in limits]]
    return f"(o.buyer_id = {first} OR {within})", [viewer.user_id, *within_limits]

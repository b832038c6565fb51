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
    def supplier_ids(self) -> frozenset[UUID]: ...


def may_see(viewer: Viewer, order: Parties) -> bool:
    """Staff see all, buyers their own, suppliers those with a line of theirs."""
    return sees_whole(viewer, order) or (viewer.supplier_id is not None and viewer.supplier_id in order.supplier_ids)


def sees_whole(viewer: Viewer, order: Parties) -> bool:
    """Whether the viewer sees the address, the total and every line: staff, the buyer, the supplier of all lines."""
    return (
        viewer.may(READ)
        or (viewer.user_id is not None and viewer.user_id == order.buyer_id)
        or (viewer.supplier_id is not None and order.supplier_ids == frozenset({viewer.supplier_id}))
    )


def visible_lines(viewer: Viewer, order: Parties, lines: list[OrderLineFacts]) -> list[OrderLineFacts]:
    """All lines for who sees the whole, their own for a supplier beside others."""
    if sees_whole(viewer, order):
        return lines
    return [line for line in lines if line.supplier_id == viewer.supplier_id]


def visible_orders(viewer: Viewer, *, placeholder: int) -> tuple[str, list[object]]:
    """`may_see` as a condition on `orders o`, with its values from `$placeholder` on.

    Three texts, so that a buyer's list can use the index on buyers, and PostgreSQL prepares each of them once.
    """
    if viewer.may(READ):
        return "TRUE", []
    if viewer.supplier_id is None:
        return f"o.buyer_id = ${placeholder}", [viewer.user_id]
    lines = f"EXISTS (SELECT 1 FROM order_line ol WHERE ol.order_id = o.id AND ol.supplier_id = ${placeholder + 1})"
    return f"(o.buyer_id = ${placeholder} OR {lines})", [viewer.user_id, viewer.supplier_id]

"""Whose orders a viewer may see: the one place that says so, for one order and for lists."""

from domain.orders.states import OrderFacts, OrderLineFacts
from domain.shared.viewer import Viewer

READ = "orders.read"


def may_see(viewer: Viewer, order: OrderFacts) -> bool:
    """Staff see all, buyers their own, suppliers those with a line of theirs."""
    return (
        viewer.may(READ)
        or (viewer.user_id is not None and viewer.user_id == order.buyer_id)
        or (viewer.supplier_id is not None and viewer.supplier_id in order.supplier_ids)
    )


def visible_orders(viewer: Viewer, *, placeholder: int) -> tuple[str, list[object]]:
    """The same rule as a condition on `orders o`, with its two values from `$placeholder` on."""
    first, second = f"${placeholder}::uuid", f"${placeholder + 1}::uuid"
    if viewer.may(READ):
        return f"({first} IS NULL AND {second} IS NULL)", [None, None]
    condition = (
        f"(o.buyer_id = {first} OR EXISTS "
        f"(SELECT 1 FROM order_line ol WHERE ol.order_id = o.id AND ol.supplier_id = {second}))"
    )
    return condition, [viewer.user_id, viewer.supplier_id]


def visible_lines(viewer: Viewer, order: OrderFacts, lines: list[OrderLineFacts]) -> list[OrderLineFacts]:
    """All lines for staff and the buyer, their own for a supplier."""
    if viewer.may(READ) or viewer.user_id == order.buyer_id:
        return lines
    return [line for line in lines if line.supplier_id == viewer.supplier_id]

"""What somebody bought, for the copy of their data."""

from typing import Any
from uuid import UUID

from domain.identity.personal import person_key
from domain.orders.delivery_addresses import open_address
from domain.orders.states import order_label
from domain.shared.database import rows

_ORDERS = """SELECT id, number, channel, state, currency, total_minor, country, address_sealed, source, external_id,
                    placed_at, updated_at FROM orders WHERE buyer_id = $1 ORDER BY placed_at, id"""
_LINES = """SELECT order_id, sku, name, quantity, returned, unit_minor, total_minor FROM order_line
            WHERE order_id = ANY($1) ORDER BY order_id, position"""


async def personal_data(person_id: UUID) -> list[dict[str, Any]]:
    """Every order with its address and lines, oldest first. Amounts are minor units."""
    key, found = await person_key(person_id), await rows(_ORDERS, person_id)
    lines: dict[UUID, list[dict[str, Any]]] = {one["id"]: [] for one in found}
    for line in await rows(_LINES, list(lines)):
        known = dict(line)
        lines[known.pop("order_id")].append(known)
    orders = []
    for one in found:
        known = {**one, "number": order_label(one["number"]), "lines": lines[one["id"]]}
        known["address"] = open_address(key, known.pop("address_sealed"))
        orders.append(known)
    return orders


async def order_ids_of(person_id: UUID) -> list[UUID]:
    """For what other contexts know of the orders."""
    return [
        one["id"] for one in await rows("SELECT id FROM orders WHERE buyer_id = $1 ORDER BY placed_at, id", person_id)
    ]

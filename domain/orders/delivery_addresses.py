"""Where orders go, which lies sealed under each buyer's own key."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from domain.identity.personal import PersonKey, person_keys
from domain.shared.database import rows

_FIELD = "order address"


def seal_address(key: PersonKey, address: Mapping[str, str | None]) -> str:
    return key.seal(orjson.dumps(address).decode(), _FIELD)


def open_address(key: PersonKey | None, sealed: str | None) -> dict[str, str] | None:
    text = None if key is None else key.open(sealed, _FIELD)
    return None if text is None else orjson.loads(text)


async def addresses_of(order_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """Of those orders whose address is known and whose buyer was not erased. Two statements."""
    found = await rows("SELECT id, buyer_id, address_sealed FROM orders WHERE id = ANY($1)", list(order_ids))
    keys = await person_keys([one["buyer_id"] for one in found])
    opened = {one["id"]: open_address(keys.get(one["buyer_id"]), one["address_sealed"]) for one in found}
    return {order_id: address for order_id, address in opened.items() if address is not None}

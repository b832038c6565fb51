"""Whether what somebody says of the place of things is there."""

from domain.bulk.kinds import Placing
from domain.channels.known import channel
from domain.shared.database import value
from domain.shared.errors import InvalidInput
from domain.shared.money import checked_currency


async def check_placing(placing: Placing) -> None:
    """Raises InvalidInput naming `currency`, `channel`, `warehouse` or `category`."""
    if placing.currency is not None:
        checked_currency(placing.currency)
    if placing.channel is not None:
        await channel(placing.channel)
    if placing.warehouse is not None and not await value(
        "SELECT EXISTS (SELECT FROM warehouse WHERE code = $1)", placing.warehouse
    ):
        raise InvalidInput(field="warehouse", rule="unknown", limit=placing.warehouse)
    if placing.category is not None and not await value(
        "SELECT EXISTS (SELECT FROM category WHERE slug = $1)", placing.category
    ):
        raise InvalidInput(field="category", rule="unknown", limit=placing.category)

"""An order's parcel as clients see it."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.context import Info
from api.ids import encode
from domain.fulfilment.queries import ShipmentFacts
from domain.orders.states import OrderFacts
from domain.orders.visibility import sees_whole


@strawberry.type(directives=[Access(requires=PARENT)])
class Shipment:
    id: strawberry.ID
    carrier: str
    tracking_number: str
    shipped_at: datetime
    delivered_at: datetime | None


async def shipment_of(info: Info, order: OrderFacts) -> Shipment | None:
    """For those who see the address too: the tracking number leads to it."""
    if not sees_whole(info.context.viewer, order):
        return None
    found = await info.context.loaders.shipment.load(order.id)
    return None if found is None else _shipment(found)


def _shipment(facts: ShipmentFacts) -> Shipment:
    return Shipment(
        id=strawberry.ID(encode("Shipment", facts.id)),
        carrier=facts.carrier,
        tracking_number=facts.tracking_number,
        shipped_at=facts.shipped_at,
        delivered_at=facts.delivered_at,
    )

"""Stock as those who keep it see and change it."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.money import BigInt
from api.schema.node import Node
from api.schema.warehouses import Warehouse, warehouse_of
from domain.inventory.errors import StockChanged
from domain.inventory.list_levels import LevelFacts
from domain.inventory.movements import MovementFacts
from domain.shared.errors import StaleVersion


@strawberry.type(directives=[Access(requires=PARENT)], description="A variant in one warehouse, in units.")
class StockLevel(Node):
    facts: strawberry.Private[LevelFacts]
    id: strawberry.ID
    variant_id: strawberry.ID
    sku: str
    on_hand: BigInt = strawberry.field(description="What lies there.")
    reserved: BigInt = strawberry.field(description="What carts at the checkout and orders hold of it.")
    incoming: BigInt = strawberry.field(
        description="What is on its way: expected from outside, or sent from elsewhere."
    )
    safety: BigInt = strawberry.field(description="What is held back from sale.")
    backorder_limit: BigInt = strawberry.field(description="What may be sold before it is there.")
    low_at: BigInt | None = strawberry.field(description="At so many available units or fewer it is low.")
    available: BigInt = strawberry.field(
        description="onHand - reserved - safety + backorderLimit, and never below zero."
    )
    is_low: bool
    version: int = strawberry.field(description="Grows with every change of safety, backorderLimit or lowAt.")

    @field(PARENT)
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.facts.warehouse_id)


@strawberry.type(directives=[Access(requires=PARENT)], description="One change of one level. All of them sum to it.")
class StockMovement:
    facts: strawberry.Private[MovementFacts]
    id: strawberry.ID
    variant_id: strawberry.ID
    sku: str
    kind: str = strawberry.field(
        description="receipt, reserve, release, ship, return, count, adjust, expect, send, arrive or cancel."
    )
    on_hand: BigInt
    reserved: BigInt
    incoming: BigInt
    reference: str | None = strawberry.field(
        description="The UUID of the order, cart, transfer or import that it belongs to."
    )
    reason: str | None
    at: datetime

    @field(PARENT)
    async def warehouse(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.facts.warehouse_id)


@strawberry.input(description="All that is given must be so.")
class StockLevelFilter:
    variant_id: strawberry.ID | None = None
    warehouse_id: strawberry.ID | None = None
    supplier_id: strawberry.ID | None = None
    low: bool = strawberry.field(default=False, description="Only those at their threshold or below.")


@strawberry.input(description="All that is given must be so.")
class StockMovementFilter:
    variant_id: strawberry.ID | None = None
    warehouse_id: strawberry.ID | None = None
    kind: str | None = None
    reference: str | None = strawberry.field(default=None, description="A UUID, as `reference` shows it.")


@strawberry.input
class CountStockInput:
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    on_hand: BigInt = strawberry.field(description="What was found there.")
    expected_on_hand: BigInt = strawberry.field(
        description="What the system said when the counting began; refused when it says something else by now."
    )
    reason: str | None = None
    idempotency_key: str | None = None


@strawberry.input
class AdjustStockInput:
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    by: BigInt = strawberry.field(description="Units more, or below zero: fewer.")
    reason: str
    idempotency_key: str | None = None


@strawberry.input(description="All three together.")
class SetStockRulesInput:
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    safety: BigInt = BigInt(0)
    backorder_limit: BigInt = BigInt(0)
    low_at: BigInt | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ExpectStockInput:
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    by: BigInt = strawberry.field(description="Units more that are on their way, or below zero: fewer.")
    reason: str | None = None
    idempotency_key: str | None = None


@strawberry.input
class ReceiveStockInput:
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    quantity: BigInt
    reason: str | None = None
    idempotency_key: str | None = None


CountStockResult = result("CountStockResult", StockLevel, StockChanged)
AdjustStockResult = result("AdjustStockResult", StockLevel)
SetStockRulesResult = result("SetStockRulesResult", StockLevel, StaleVersion)
ExpectStockResult = result("ExpectStockResult", StockLevel)
ReceiveStockResult = result("ReceiveStockResult", StockLevel)


def show_level(facts: LevelFacts) -> StockLevel:
    return StockLevel(
        facts=facts,
        id=strawberry.ID(encode("StockLevel", facts.id)),
        variant_id=strawberry.ID(encode("Variant", facts.variant_id)),
        sku=facts.sku,
        on_hand=BigInt(facts.on_hand),
        reserved=BigInt(facts.reserved),
        incoming=BigInt(facts.incoming),
        safety=BigInt(facts.safety),
        backorder_limit=BigInt(facts.backorder_limit),
        low_at=None if facts.low_at is None else BigInt(facts.low_at),
        available=BigInt(facts.available),
        is_low=facts.is_low,
        version=facts.version,
    )


def show_movement(facts: MovementFacts) -> StockMovement:
    return StockMovement(
        facts=facts,
        id=strawberry.ID(encode("StockMovement", facts.id)),
        variant_id=strawberry.ID(encode("Variant", facts.variant_id)),
        sku=facts.sku,
        kind=facts.kind,
        on_hand=BigInt(facts.on_hand),
        reserved=BigInt(facts.reserved),
        incoming=BigInt(facts.incoming),
        reference=None if facts.reference is None else str(facts.reference),
        reason=facts.reason,
        at=facts.at,
    )

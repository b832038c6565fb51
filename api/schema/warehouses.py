"""Warehouses, which channels sell out of them, and what travels between them."""

from datetime import datetime
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.money import BigInt
from api.schema.node import Node
from domain.inventory.errors import OutOfStock, TransferClosed, WarehouseExists, WarehousesChanged
from domain.inventory.transfers import TransferFacts, TransferLineFacts
from domain.inventory.warehouses import WarehouseFacts
from domain.shared.errors import StaleVersion, not_found


@strawberry.type(directives=[Access(requires=PARENT)])
class Warehouse(Node):
    id: strawberry.ID
    code: str = strawberry.field(description="Its short name in imports and files; it never changes.")
    name: str
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    position: int = strawberry.field(description="Lists show lower ones first.")
    channels: list[str] = strawberry.field(description="Those that sell what lies there.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")


@strawberry.type(directives=[Access(requires=PARENT)])
class ChannelWarehouses:
    channel: str
    warehouses: list[Warehouse] = strawberry.field(description="In the order in which the channel asks them.")


@strawberry.type(directives=[Access(requires=PARENT)])
class StockTransferLine:
    variant_id: strawberry.ID
    sku: str
    quantity: BigInt
    received: BigInt


@strawberry.type(directives=[Access(requires=PARENT)], description="Goods on their way between two warehouses.")
class StockTransfer(Node):
    facts: strawberry.Private[TransferFacts]
    id: strawberry.ID
    state: str = strawberry.field(description="sent, received or cancelled.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime
    updated_at: datetime

    @field(PARENT)
    async def source(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.facts.source_id)

    @field(PARENT)
    async def destination(self, info: Info) -> Warehouse:
        return await warehouse_of(info, self.facts.destination_id)

    @field(PARENT)
    async def lines(self, info: Info) -> list[StockTransferLine]:
        return [_line(one) for one in await info.context.loaders.transfer_lines.load(self.facts.id)]


@strawberry.input
class CreateWarehouseInput:
    code: str = strawberry.field(description="Lower-case letters, digits and hyphens, at most 30.")
    name: str
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    position: int = 0
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateWarehouseInput:
    warehouse_id: strawberry.ID
    name: str | None = None
    country: str | None = None
    position: int | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class SetChannelWarehousesInput:
    channel: str
    warehouse_ids: list[strawberry.ID] = strawberry.field(description="In the order in which they are to be asked.")
    expected_warehouse_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Those that it had when you looked; refused when it has others by now."
    )
    idempotency_key: str | None = None


@strawberry.input
class StockTransferLineInput:
    variant_id: strawberry.ID
    quantity: BigInt


@strawberry.input
class CreateTransferInput:
    source_id: strawberry.ID
    destination_id: strawberry.ID
    lines: list[StockTransferLineInput]
    idempotency_key: str | None = None


@strawberry.input
class ReceiveTransferInput:
    transfer_id: strawberry.ID
    lines: list[StockTransferLineInput] | None = strawberry.field(
        default=None, description="What has arrived; left out: all that was on its way."
    )
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class CancelTransferInput:
    transfer_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateWarehouseResult = result("CreateWarehouseResult", Warehouse, WarehouseExists, given_ids=False)
UpdateWarehouseResult = result("UpdateWarehouseResult", Warehouse, StaleVersion)
SetChannelWarehousesResult = result("SetChannelWarehousesResult", ChannelWarehouses, WarehousesChanged)
CreateTransferResult = result("CreateTransferResult", StockTransfer, OutOfStock)
ReceiveTransferResult = result("ReceiveTransferResult", StockTransfer, StaleVersion, TransferClosed)
CancelTransferResult = result("CancelTransferResult", StockTransfer, StaleVersion, TransferClosed)


async def warehouse_of(info: Info, warehouse_id: UUID) -> Warehouse:
    """Of a thing that was shown: it stands in a table that no row leaves."""
    found = await info.context.loaders.warehouse.load(warehouse_id)
    if found is None:
        raise not_found("Warehouse", warehouse_id)
    return show_warehouse(found)


def show_warehouse(facts: WarehouseFacts) -> Warehouse:
    return Warehouse(
        id=strawberry.ID(encode("Warehouse", facts.id)),
        code=facts.code,
        name=facts.name,
        country=facts.country,
        position=facts.position,
        channels=facts.channels,
        version=facts.version,
    )


def show_transfer(facts: TransferFacts) -> StockTransfer:
    return StockTransfer(
        facts=facts,
        id=strawberry.ID(encode("StockTransfer", facts.id)),
        state=facts.state,
        version=facts.version,
        created_at=facts.created_at,
        updated_at=facts.updated_at,
    )


def _line(facts: TransferLineFacts) -> StockTransferLine:
    return StockTransferLine(
        variant_id=strawberry.ID(encode("Variant", facts.variant_id)),
        sku=facts.sku,
        quantity=BigInt(facts.quantity),
        received=BigInt(facts.received),
    )

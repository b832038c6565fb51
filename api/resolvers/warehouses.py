"""Warehouses, the channels' warehouses, and transfers."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from api.access import SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, int32, moment, page_size, read_cursor
from api.schema.warehouses import (
    CancelTransferInput,
    CancelTransferResult,
    ChannelWarehouses,
    CreateTransferInput,
    CreateTransferResult,
    CreateWarehouseInput,
    CreateWarehouseResult,
    ReceiveTransferInput,
    ReceiveTransferResult,
    SetChannelWarehousesInput,
    SetChannelWarehousesResult,
    StockTransfer,
    StockTransferLineInput,
    UpdateWarehouseInput,
    UpdateWarehouseResult,
    Warehouse,
    show_transfer,
    show_warehouse,
    warehouse_of,
)
from domain.inventory.edit_warehouses import CreateWarehouse, UpdateWarehouse, create_warehouse, update_warehouse
from domain.inventory.end_transfer import CancelTransfer, ReceiveTransfer, cancel_transfer, receive_transfer
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.set_channel_warehouses import SetChannelWarehouses, set_channel_warehouses
from domain.inventory.transfers import TransferFacts, transfers
from domain.inventory.warehouses import WarehouseFacts, channel_warehouses, warehouses
from domain.shared.errors import not_found

_WAREHOUSES, _TRANSFERS = "warehouses", "stockTransfers"


@strawberry.type
class WarehousesQuery:
    @field(SIGNED_IN, description="In their order, for who holds `stock.write`, be it for one supplier.")
    async def warehouses(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Warehouse]:
        size, key = page_size(first), read_cursor(_WAREHOUSES, after, (int32, identifier))
        found = await warehouses(info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_warehouse(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_warehouse_cursor, nodes=nodes)

    @field(SIGNED_IN, description="What a channel sells out of, in the order in which it asks; for the same people.")
    async def channel_warehouses(self, info: Info, channel: str) -> list[Warehouse]:
        return [show_warehouse(one) for one in await channel_warehouses(info.context.viewer, channel)]

    @field("stock.write", description="Newest first. `state` is sent, received or cancelled.")
    async def stock_transfers(
        self, info: Info, state: str | None = None, first: int = 20, after: str | None = None
    ) -> Connection[StockTransfer]:
        size, key = page_size(first), read_cursor(_TRANSFERS, after, (moment, identifier))
        found = await transfers(
            info.context.viewer, state=state, first=size + 1, after=(key[0], key[1]) if key else None
        )
        nodes = [show_transfer(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_transfer_cursor, nodes=nodes)


@strawberry.type
class WarehousesMutation:
    @mutation("stock.write", result=CreateWarehouseResult, description="No channel sells out of it yet.")
    async def create_warehouse(self, info: Info, input: CreateWarehouseInput) -> Warehouse:
        command = CreateWarehouse(input.code, input.name, input.country, input.position, input.idempotency_key)
        return await warehouse_of(info, await create_warehouse(info.context.viewer, command))

    @mutation("stock.write", result=UpdateWarehouseResult)
    async def update_warehouse(self, info: Info, input: UpdateWarehouseInput) -> Warehouse:
        command = UpdateWarehouse(
            warehouse_id=decode("Warehouse", input.warehouse_id, field="warehouseId"),
            name=input.name,
            country=input.country,
            position=input.position,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await warehouse_of(info, await update_warehouse(info.context.viewer, command))

    @mutation("stock.write", result=SetChannelWarehousesResult, description="Whatever is reserved elsewhere stays so.")
    async def set_channel_warehouses(self, info: Info, input: SetChannelWarehousesInput) -> ChannelWarehouses:
        expected = input.expected_warehouse_ids
        command = SetChannelWarehouses(
            channel=input.channel,
            warehouse_ids=_warehouse_ids(input.warehouse_ids, "warehouseIds"),
            expected=None if expected is None else _warehouse_ids(expected, "expectedWarehouseIds"),
            key=input.idempotency_key,
        )
        await set_channel_warehouses(info.context.viewer, command)
        found = await channel_warehouses(info.context.viewer, input.channel)
        return ChannelWarehouses(channel=input.channel, warehouses=[show_warehouse(one) for one in found])

    @mutation("stock.write", result=CreateTransferResult, description="What is reserved cannot be sent.")
    async def create_transfer(self, info: Info, input: CreateTransferInput) -> StockTransfer:
        command = SendTransfer(
            source_id=decode("Warehouse", input.source_id, field="sourceId"),
            destination_id=decode("Warehouse", input.destination_id, field="destinationId"),
            lines=_lines(input.lines),
            key=input.idempotency_key,
        )
        return await _shown(info, await send_transfer(info.context.viewer, command))

    @mutation("stock.write", result=ReceiveTransferResult, description="All of it, or some: the rest may follow.")
    async def receive_transfer(self, info: Info, input: ReceiveTransferInput) -> StockTransfer:
        command = ReceiveTransfer(
            transfer_id=decode("StockTransfer", input.transfer_id, field="transferId"),
            lines=None if input.lines is None else _lines(input.lines),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await receive_transfer(info.context.viewer, command))

    @mutation("stock.write", result=CancelTransferResult, description="What has not arrived goes back to its source.")
    async def cancel_transfer(self, info: Info, input: CancelTransferInput) -> StockTransfer:
        transfer_id = decode("StockTransfer", input.transfer_id, field="transferId")
        command = CancelTransfer(transfer_id, input.expected_version, input.idempotency_key)
        return await _shown(info, await cancel_transfer(info.context.viewer, command))


def _warehouse_ids(given: Sequence[str], field: str) -> tuple[UUID, ...]:
    return tuple(decode("Warehouse", one, field=f"{field}.{number}") for number, one in enumerate(given))


def _lines(given: Sequence[StockTransferLineInput]) -> tuple[TransferLine, ...]:
    return tuple(
        TransferLine(decode("Variant", one.variant_id, field=f"lines.{number}.variantId"), one.quantity)
        for number, one in enumerate(given)
    )


async def _shown(info: Info, transfer_id: UUID) -> StockTransfer:
    found = await info.context.loaders.transfer.load(transfer_id)
    if found is None:
        raise not_found("StockTransfer", transfer_id)
    return show_transfer(found)


def _warehouse_cursor(facts: WarehouseFacts) -> str:
    return cursor(_WAREHOUSES, (facts.position, facts.id))


def _transfer_cursor(facts: TransferFacts) -> str:
    return cursor(_TRANSFERS, (facts.created_at, facts.id))

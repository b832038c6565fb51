"""Stock levels, their ledger, and changes of both."""

from uuid import UUID

import strawberry

from api.access import SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor, words
from api.schema.stock import (
    AdjustStockInput,
    AdjustStockResult,
    CountStockInput,
    CountStockResult,
    ExpectStockInput,
    ExpectStockResult,
    ReceiveStockInput,
    ReceiveStockResult,
    SetStockRulesInput,
    SetStockRulesResult,
    StockLevel,
    StockLevelFilter,
    StockMovement,
    StockMovementFilter,
    show_level,
    show_movement,
)
from domain.inventory.count import AdjustStock, CountStock, adjust_stock, count_stock
from domain.inventory.expect import ExpectStock, ReceiveStock, expect_stock, receive_stock
from domain.inventory.list_levels import LevelFacts, LevelFilter, stock_levels
from domain.inventory.movements import MovementFacts, MovementFilter, stock_movements
from domain.inventory.set_rules import SetStockRules, set_stock_rules
from domain.shared.errors import InvalidInput, not_found

_LEVELS, _MOVEMENTS = "stockLevels", "stockMovements"
_WHO = "For who holds `stock.write` for the variant's supplier."


@strawberry.type
class StockQuery:
    @field(
        SIGNED_IN, description="By SKU: all for staff with `stock.write`, their own variants for a supplier's people."
    )
    async def stock_levels(
        self, info: Info, filter: StockLevelFilter | None = None, first: int = 20, after: str | None = None
    ) -> Connection[StockLevel]:
        size, key = page_size(first), read_cursor(_LEVELS, after, (words, identifier))
        wanted = _level_filter(filter or StockLevelFilter())
        found = await stock_levels(info.context.viewer, wanted, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_level(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_level_cursor, nodes=nodes)

    @field(SIGNED_IN, description="The ledger, newest first; for the same people.")
    async def stock_movements(
        self, info: Info, filter: StockMovementFilter | None = None, first: int = 20, after: str | None = None
    ) -> Connection[StockMovement]:
        size, key = page_size(first), read_cursor(_MOVEMENTS, after, (moment, identifier))
        wanted = _movement_filter(filter or StockMovementFilter())
        found = await stock_movements(
            info.context.viewer, wanted, first=size + 1, after=(key[0], key[1]) if key else None
        )
        nodes = [show_movement(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_movement_cursor, nodes=nodes)


@strawberry.type
class StockMutation:
    @mutation(SIGNED_IN, result=CountStockResult, description=f"What was found on the shelf. {_WHO}")
    async def count_stock(self, info: Info, input: CountStockInput) -> StockLevel:
        command = CountStock(
            *_place(input),
            on_hand=input.on_hand,
            expected_on_hand=input.expected_on_hand,
            reason=input.reason,
            key=input.idempotency_key,
        )
        return await _shown(info, await count_stock(info.context.viewer, command))

    @mutation(SIGNED_IN, result=AdjustStockResult, description=f"Broken, lost, found. {_WHO}")
    async def adjust_stock(self, info: Info, input: AdjustStockInput) -> StockLevel:
        command = AdjustStock(*_place(input), by=input.by, reason=input.reason, key=input.idempotency_key)
        return await _shown(info, await adjust_stock(info.context.viewer, command))

    @mutation(SIGNED_IN, result=SetStockRulesResult, description=f"What may be sold, and what counts as low. {_WHO}")
    async def set_stock_rules(self, info: Info, input: SetStockRulesInput) -> StockLevel:
        command = SetStockRules(
            *_place(input),
            safety=input.safety,
            backorder_limit=input.backorder_limit,
            low_at=input.low_at,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await set_stock_rules(info.context.viewer, command))

    @mutation(SIGNED_IN, result=ExpectStockResult, description=f"Goods are on their way, or no longer are. {_WHO}")
    async def expect_stock(self, info: Info, input: ExpectStockInput) -> StockLevel:
        command = ExpectStock(*_place(input), by=input.by, reason=input.reason, key=input.idempotency_key)
        return await _shown(info, await expect_stock(info.context.viewer, command))

    @mutation(SIGNED_IN, result=ReceiveStockResult, description=f"Goods have come, expected or not. {_WHO}")
    async def receive_stock(self, info: Info, input: ReceiveStockInput) -> StockLevel:
        command = ReceiveStock(*_place(input), quantity=input.quantity, reason=input.reason, key=input.idempotency_key)
        return await _shown(info, await receive_stock(info.context.viewer, command))


def _place(
    input: CountStockInput | AdjustStockInput | SetStockRulesInput | ExpectStockInput | ReceiveStockInput,
) -> tuple[UUID, UUID]:
    return (
        decode("Variant", input.variant_id, field="variantId"),
        decode("Warehouse", input.warehouse_id, field="warehouseId"),
    )


def _level_filter(input: StockLevelFilter) -> LevelFilter:
    return LevelFilter(
        variant_id=_id("Variant", input.variant_id, "filter.variantId"),
        warehouse_id=_id("Warehouse", input.warehouse_id, "filter.warehouseId"),
        supplier_id=_id("Supplier", input.supplier_id, "filter.supplierId"),
        low=input.low,
    )


def _movement_filter(input: StockMovementFilter) -> MovementFilter:
    return MovementFilter(
        variant_id=_id("Variant", input.variant_id, "filter.variantId"),
        warehouse_id=_id("Warehouse", input.warehouse_id, "filter.warehouseId"),
        kind=input.kind,
        reference=_uuid(input.reference, "filter.reference"),
    )


def _id(kind: str, given: str | None, field: str) -> UUID | None:
    return None if given is None else decode(kind, given, field=field)


def _uuid(given: str | None, field: str) -> UUID | None:
    try:
        return None if given is None else UUID(given)
    except ValueError as error:
        raise InvalidInput(field=field, rule="id") from error


async def _shown(info: Info, level_id: UUID) -> StockLevel:
    found = await info.context.loaders.stock_level.load(level_id)
    if found is None:
        raise not_found("StockLevel", level_id)
    return show_level(found)


def _level_cursor(facts: LevelFacts) -> str:
    return cursor(_LEVELS, (facts.sku, facts.id))


def _movement_cursor(facts: MovementFacts) -> str:
    return cursor(_MOVEMENTS, (facts.at, facts.id))

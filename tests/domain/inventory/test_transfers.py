from uuid import UUID, uuid4

import pytest

from domain.inventory.end_transfer import CancelTransfer, ReceiveTransfer, cancel_transfer, receive_transfer
from domain.inventory.errors import OutOfStock, TransferClosed
from domain.inventory.expect import ExpectStock, ReceiveStock, expect_stock, receive_stock
from domain.inventory.reserve import Claim, reserve
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.transfers import transfer_lines, transfers, transfers_by_id
from domain.shared.database import value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.goods import Goods
from tests.factories.stock import (
    Level,
    a_channel,
    a_keeper,
    a_warehouse,
    goods_in,
    imbalances,
    level_id_of,
    level_of,
    told,
)

reserve_now = use_case(reserve)


async def _sent(source: UUID, destination: UUID, goods: Goods, units: int) -> UUID:
    return await send_transfer(PLATFORM, SendTransfer(source, destination, (TransferLine(goods.variant_id, units),)))


async def test_what_is_sent_leaves_one_warehouse_and_is_expected_at_the_other() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)

    transfer_id = await _sent(source, destination, goods, 4)

    assert await level_of(goods, source) == Level(6, 0, 0)
    assert await level_of(goods, destination) == Level(0, 0, 4)
    assert await imbalances(goods.variant_id) == []
    assert len(await told(transfer_id, "transfer.sent")) == 1
    audited = await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1", transfer_id)
    assert audited == 1


async def test_it_may_arrive_in_parts_and_is_closed_by_the_last() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    transfer_id = await _sent(source, destination, goods, 4)

    await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id, (TransferLine(goods.variant_id, 3),)))
    halfway = await level_of(goods, destination)
    await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id))

    assert (halfway, await level_of(goods, destination)) == (Level(3, 0, 1), Level(4, 0, 0))
    found = (await transfers_by_id(PLATFORM, [transfer_id]))[transfer_id]
    assert (found.state, found.version) == ("received", 3)
    assert [one["state"] for one in await told(transfer_id, "transfer.arrived")] == ["sent", "received"]
    with pytest.raises(TransferClosed):
        await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id))
    assert await imbalances(goods.variant_id) == []


async def test_what_has_not_arrived_can_be_called_back() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    transfer_id = await _sent(source, destination, goods, 4)
    await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id, (TransferLine(goods.variant_id, 1),)))

    await cancel_transfer(PLATFORM, CancelTransfer(transfer_id))

    assert await level_of(goods, source) == Level(9, 0, 0)
    assert await level_of(goods, destination) == Level(1, 0, 0)
    assert [(one.quantity, one.received) for one in (await transfer_lines([transfer_id]))[transfer_id]] == [(4, 1)]
    with pytest.raises(TransferClosed):
        await cancel_transfer(PLATFORM, CancelTransfer(transfer_id))
    assert await imbalances(goods.variant_id) == []


async def test_what_is_reserved_stays_where_it_is() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    await reserve_now(Claim(new_id()), {goods.variant_id: 7}, {}, channel=await a_channel(source))

    with pytest.raises(OutOfStock) as refusal:
        await _sent(source, destination, goods, 4)

    assert (refusal.value.sku, refusal.value.requested, refusal.value.available) == (goods.sku, 4, 3)
    assert await level_of(goods, source) == Level(10, 7, 0)


@pytest.mark.parametrize(
    ("units", "twice", "same", "field", "rule"),
    [
        (0, False, False, "lines.0.quantity", "range"),
        (-1, False, False, "lines.0.quantity", "range"),
        (1, True, False, "lines", "unique"),
        (1, False, True, "destinationId", "otherWarehouse"),
    ],
)
async def test_a_bad_transfer_names_field_and_rule(units: int, twice: bool, same: bool, field: str, rule: str) -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    lines = (TransferLine(goods.variant_id, units),) * (2 if twice else 1)

    with pytest.raises(InvalidInput) as refusal:
        await send_transfer(PLATFORM, SendTransfer(source, source if same else destination, lines))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_more_than_is_on_its_way_or_at_a_past_version_cannot_arrive() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    transfer_id = await _sent(source, destination, goods, 4)

    with pytest.raises(InvalidInput) as refusal:
        await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id, (TransferLine(goods.variant_id, 5),)))
    with pytest.raises(StaleVersion):
        await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id, expected_version=2))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("lines.0.quantity", "range", "1..4")
    assert await level_of(goods, destination) == Level(0, 0, 4)


async def test_the_same_key_sends_once() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    command = SendTransfer(source, destination, (TransferLine(goods.variant_id, 4),), key=str(uuid4()))

    first, second = await send_transfer(PLATFORM, command), await send_transfer(PLATFORM, command)

    assert first == second
    assert await level_of(goods, source) == Level(6, 0, 0)


async def test_who_keeps_the_stock_of_one_supplier_neither_sends_nor_sees_transfers() -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    transfer_id = await _sent(source, destination, goods, 4)
    keeper = await a_keeper(supplier_id=goods.supplier_id)

    with pytest.raises(NotAllowed):
        await send_transfer(keeper, SendTransfer(source, destination, (TransferLine(goods.variant_id, 1),)))
    with pytest.raises(NotAllowed):
        await transfers(keeper, state=None, first=10, after=None)

    assert await transfers_by_id(keeper, [transfer_id]) == {}
    with pytest.raises(NotFound):
        await cancel_transfer(PLATFORM, CancelTransfer(new_id()))


async def test_goods_that_were_expected_are_no_longer_when_they_have_come() -> None:
    source, warehouse = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    await _sent(source, warehouse, goods, 3)
    place = (goods.variant_id, warehouse)

    await expect_stock(PLATFORM, ExpectStock(*place, by=5))
    expected = await level_of(goods, warehouse)
    await receive_stock(PLATFORM, ReceiveStock(*place, quantity=4))
    some = await level_of(goods, warehouse)
    await receive_stock(PLATFORM, ReceiveStock(*place, quantity=4))

    assert (expected, some, await level_of(goods, warehouse)) == (Level(0, 0, 8), Level(4, 0, 4), Level(8, 0, 3))
    assert [one["quantity"] for one in await told(await level_id_of(goods, warehouse), "stock.received")] == [4, 4]
    assert await imbalances(goods.variant_id) == []


async def test_what_a_transfer_has_sent_can_only_be_given_up_with_the_transfer() -> None:
    source, warehouse = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    await _sent(source, warehouse, goods, 3)
    await expect_stock(PLATFORM, ExpectStock(goods.variant_id, warehouse, by=2))

    with pytest.raises(InvalidInput) as refusal:
        await expect_stock(PLATFORM, ExpectStock(goods.variant_id, warehouse, by=-3))
    await expect_stock(PLATFORM, ExpectStock(goods.variant_id, warehouse, by=-2))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("by", "negativeStock", "2")
    assert await level_of(goods, warehouse) == Level(0, 0, 3)

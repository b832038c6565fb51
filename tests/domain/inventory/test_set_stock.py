from uuid import uuid4

import pytest

from domain.inventory.count import AdjustStock, CountStock, adjust_stock, count_stock
from domain.inventory.errors import StockChanged
from domain.inventory.quantities import MAX_UNITS
from domain.inventory.set_stock import StockChange, store_stock
from domain.shared.database import row, rows, value
from domain.shared.errors import DomainError, InvalidInput, NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.stock import (
    Level,
    a_channel,
    a_keeper,
    a_warehouse,
    goods_in,
    imbalances,
    level_of,
    told,
)
from tests.statements import counted_statements

store_now = use_case(store_stock)


async def test_a_count_is_the_level_with_a_movement_an_audit_entry_and_an_event() -> None:
    keeper, warehouse = await a_keeper(), await a_warehouse()
    goods = await goods_in(warehouse, units=10)

    level_id = await count_stock(keeper, CountStock(goods.variant_id, warehouse, 7, 10, reason="spring count"))

    assert await level_of(goods, warehouse) == Level(7, 0, 0)
    moved = await row(
        "SELECT on_hand_delta, reason FROM stock_movement WHERE level_id = $1 AND kind = 'count'", level_id
    )
    assert moved is not None
    assert tuple(moved) == (-3, "spring count")
    audited = await rows("SELECT action, actor_id FROM audit_entry WHERE subject_id = $1", level_id)
    assert [tuple(one) for one in audited] == [("countStock", keeper.user_id)]
    assert await told(level_id, "stock.counted") == [{"on_hand": 7}]


async def test_a_count_of_what_is_known_changes_nothing() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=10)

    level_id = await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, 10, 10))

    assert await value("SELECT count(*) FROM stock_movement WHERE level_id = $1", level_id) == 1
    assert await told(level_id, "stock.counted") == []


async def test_a_count_that_began_before_somebody_else_changed_the_shelf_is_refused() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=10)

    with pytest.raises(StockChanged) as refusal:
        await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, 7, 9))

    assert (refusal.value.sku, refusal.value.expected, refusal.value.current) == (goods.sku, 9, 10)
    assert await level_of(goods, warehouse) == Level(10, 0, 0)


async def test_the_first_count_in_a_warehouse_makes_the_level() -> None:
    warehouse, goods = await a_warehouse(), await some_goods(stock=())

    await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, 7, 0))

    assert await level_of(goods, warehouse) == Level(7, 0, 0)
    assert await imbalances(goods.variant_id) == []


async def test_the_same_key_counts_once() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=10)
    command = AdjustStock(goods.variant_id, warehouse, by=-1, reason="broken", key=str(uuid4()))

    first, second = await adjust_stock(PLATFORM, command), await adjust_stock(PLATFORM, command)

    assert first == second
    assert await level_of(goods, warehouse) == Level(9, 0, 0)


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"on_hand": -1}, "onHand", "negativeStock"),
        ({"on_hand": MAX_UNITS + 1}, "onHand", "range"),
        ({"reason": "x" * 201}, "reason", "length"),
        ({"reason": "a\nb"}, "reason", "printable"),
    ],
)
async def test_a_bad_count_names_field_and_rule(given: dict[str, object], field: str, rule: str) -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=10)
    command = {"on_hand": 7, "expected_on_hand": 10} | given

    with pytest.raises(InvalidInput) as refusal:
        await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, **command))  # type: ignore[arg-type]

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


@pytest.mark.parametrize(("by", "rule"), [(-11, "negativeStock"), (0, "range"), (MAX_UNITS, "range")])
async def test_an_adjustment_leaves_none_to_a_billion(by: int, rule: str) -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=10)

    with pytest.raises(InvalidInput) as refusal:
        await adjust_stock(PLATFORM, AdjustStock(goods.variant_id, warehouse, by=by, reason="broken"))

    assert (refusal.value.field, refusal.value.rule) == ("by", rule)
    assert await level_of(goods, warehouse) == Level(10, 0, 0)


async def test_a_supplier_keeps_their_own_stock_and_others_answer_like_what_is_missing() -> None:
    warehouse = await a_warehouse()
    own, foreign = await goods_in(warehouse, units=1), await goods_in(warehouse, units=1)
    keeper = await a_keeper(supplier_id=own.supplier_id)

    outcomes = await store_now(
        keeper,
        [
            StockChange(variant_id=variant_id, warehouse_id=place, on_hand=8)
            for variant_id, place in (
                (own.variant_id, warehouse),
                (foreign.variant_id, warehouse),
                (new_id(), warehouse),
                (own.variant_id, new_id()),
            )
        ],
        kind="count",
    )

    assert outcomes[0] is True
    assert [_code(one) for one in outcomes[1:]] == ["NOT_FOUND Variant", "NOT_FOUND Variant", "NOT_FOUND Warehouse"]
    assert await level_of(foreign, warehouse) == Level(1, 0, 0)


def _code(outcome: bool | DomainError) -> str:
    assert isinstance(outcome, NotFound)
    return f"{outcome.code} {outcome.kind}"


async def test_who_keeps_no_stock_is_refused() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=1)
    command = CountStock(goods.variant_id, warehouse, 7, 1)

    with pytest.raises(NotAllowed):
        await count_stock(await a_person(), command)
    with pytest.raises(NotSignedIn):
        await count_stock(ANONYMOUS, command)


async def test_changes_of_one_level_in_one_go_build_on_each_other() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=1)
    outcomes = await store_now(
        PLATFORM,
        [
            StockChange(variant_id=goods.variant_id, warehouse_id=warehouse, on_hand=on_hand, expected_on_hand=expected)
            for on_hand, expected in ((5, 1), (5, None), (9, 1), (3, 5))
        ],
        kind="count",
        reference=new_id(),
    )

    assert [outcomes[0], outcomes[1], type(outcomes[2]), outcomes[3]] == [True, False, StockChanged, True]
    assert await level_of(goods, warehouse) == Level(3, 0, 0)
    assert await imbalances(goods.variant_id) == []


@pytest.mark.parametrize("many", [1, 50])
async def test_setting_stock_costs_the_same_for_one_and_for_fifty(shop: Settings, many: int) -> None:
    warehouse = await a_warehouse()
    goods = [await some_goods(stock=()) for _ in range(many)]
    changes = [StockChange(variant_id=one.variant_id, warehouse_id=warehouse, on_hand=5) for one in goods]

    async with counted_statements(shop) as statements:
        outcomes = await store_now(PLATFORM, changes, kind="count")

    assert outcomes == [True] * many
    assert len(statements) == 11  # and a COPY of the audit entries, "\n".join(statements)


async def test_the_listing_knows_at_once_in_which_channels_a_product_can_be_bought() -> None:
    near, far = await a_warehouse(), await a_warehouse()
    first, second = await a_channel(near), await a_channel(far, near)
    goods = await some_goods(stock=())
    seen = []
    for is_now, was in ((2, 0), (0, 2)):
        await count_stock(PLATFORM, CountStock(goods.variant_id, near, is_now, was))
        seen.append(await value("SELECT stocked_in FROM product_listing WHERE product_id = $1", goods.product_id))

    assert seen == [sorted([first, second]), []]

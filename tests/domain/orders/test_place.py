from dataclasses import replace

import pytest

from domain.cart.errors import CartEmpty, CartNotOpen
from domain.cart.lines import CartLineChange, change_cart_line
from domain.inventory.errors import OutOfStock
from domain.orders.delivery_addresses import addresses_of
from domain.orders.errors import TotalChanged
from domain.orders.place import place_order
from domain.orders.queries import facts, lines_of
from domain.orders.states import OrderState
from domain.shared.database import rows, run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotFound, NotSignedIn, StaleVersion
from domain.shared.money import Money
from domain.shared.viewer import ANONYMOUS
from tests.factories.goods import some_goods, stock_by_movements, stock_of
from tests.factories.orders import ADDRESS, a_cart, to_place
from tests.factories.people import a_person


async def test_an_open_cart_becomes_a_pending_order_with_its_stock_reserved() -> None:
    buyer, goods = await a_person(), await some_goods(stock=(10,))
    cart_id = await a_cart(buyer, goods, 3)

    order_id = await place_order(buyer, await to_place(buyer, cart_id))

    order = await facts(order_id)
    assert order is not None
    assert (order.state, order.version, order.total) == (OrderState.PENDING, 1, Money(3750, "EUR"))
    lines = (await lines_of([order_id]))[order_id]
    assert [(line.sku, line.quantity, line.total.minor) for line in lines] == [(goods.sku, 3, 3750)]
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (10, 3)


async def test_placing_writes_the_event_and_the_audit_entry_with_the_order() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    order_id = await place_order(buyer, await to_place(buyer, cart_id))

    events = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1", order_id)
    assert [tuple(one) for one in events] == [("order.placed", 1)]
    audit = await rows("SELECT action, actor_id FROM audit_entry WHERE subject_id = $1", order_id)
    assert [tuple(one) for one in audit] == [("placeOrder", buyer.user_id)]


async def test_the_same_key_answers_the_same_order() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    first, second = await place_order(buyer, command), await place_order(buyer, command)

    assert first == second
    assert await stock_of(goods.variant_id) == (100, 1)


async def test_the_same_key_with_other_input_is_refused() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))
    await place_order(buyer, command)

    with pytest.raises(IdempotencyKeyReused):
        await place_order(buyer, replace(command, expected_total=Money(1, "EUR")))


async def test_a_line_may_be_covered_by_several_warehouses() -> None:
    buyer, goods = await a_person(), await some_goods(stock=(2, 3, 4))
    cart_id = await a_cart(buyer, goods, 8)

    await place_order(buyer, await to_place(buyer, cart_id))

    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (9, 8)


async def test_more_than_there_is_is_refused_and_changes_nothing() -> None:
    buyer, goods = await a_person(), await some_goods(stock=(2, 2))
    cart_id = await a_cart(buyer, goods, 5)

    with pytest.raises(OutOfStock) as refusal:
        await place_order(buyer, await to_place(buyer, cart_id))

    assert (refusal.value.sku, refusal.value.requested, refusal.value.available) == (goods.sku, 5, 4)
    assert await stock_of(goods.variant_id) == (4, 0)
    assert await value("SELECT count(*) FROM orders WHERE cart_id = $1", cart_id) == 0


async def test_a_total_that_moved_is_refused_with_old_and_new() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))
    await run("UPDATE price SET minor = 1300 WHERE variant_id = $1 AND currency = 'EUR'", goods.variant_id)

    with pytest.raises(TotalChanged) as refusal:
        await place_order(buyer, command)

    assert (refusal.value.expected_total, refusal.value.current_total) == (Money(1250, "EUR"), Money(1300, "EUR"))


async def test_a_cart_that_was_ordered_cannot_be_ordered_again() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))
    await place_order(buyer, command)

    with pytest.raises(CartNotOpen):
        await place_order(buyer, replace(command, key="another"))


async def test_an_empty_cart_is_refused() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)
    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 0))

    with pytest.raises(CartEmpty):
        await place_order(buyer, await to_place(buyer, cart_id))


async def test_anothers_cart_answers_like_a_missing_one() -> None:
    buyer, stranger, goods = await a_person(), await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    with pytest.raises(NotFound):
        await place_order(stranger, command)


async def test_nobody_buys_without_signing_in() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    with pytest.raises(NotSignedIn):
        await place_order(ANONYMOUS, command)


async def test_a_stale_version_is_refused_with_the_current_one() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    with pytest.raises(StaleVersion) as refusal:
        await place_order(buyer, replace(command, expected_version=1))

    assert (refusal.value.expected, refusal.value.current) == (1, 2)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("country", "Germany", "iso3166"),
        ("city", " ", "required"),
        ("line1", "\N{IDEOGRAPHIC SPACE}", "required"),
        ("line1", "x" * 1_000_000, "length"),
        ("name", "Anna\u202ettimhcS", "printable"),
        ("postcode", "2355", "postcode"),
        ("phone", "12", "phone"),
    ],
)
async def test_a_bad_address_names_the_field_and_the_rule(field: str, value: str, rule: str) -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    with pytest.raises(InvalidInput) as refusal:
        await place_order(buyer, replace(command, address=replace(ADDRESS, **{field: value})))

    assert (refusal.value.field, refusal.value.rule) == (f"address.{field}", rule)


@pytest.mark.parametrize(
    ("field", "written", "stored"),
    [
        ("line1", "10\N{NO-BREAK SPACE}rue de\N{NARROW NO-BREAK SPACE}la Paix ", "10 rue de la Paix"),
        ("line2", "Hinterhaus ", "Hinterhaus"),
        ("city", "Lu\N{COMBINING DIAERESIS}beck", "Lübeck"),
        ("name", "علی\N{ZERO WIDTH NON-JOINER}رضا", "علی\N{ZERO WIDTH NON-JOINER}رضا"),
        ("name", "Anna 👩\N{ZERO WIDTH JOINER}💻", "Anna 👩\N{ZERO WIDTH JOINER}💻"),
        ("name", "王\U0003106c", "王\U0003106c"),
        ("line1", "x" * 200, "x" * 200),
        ("postcode", "２３５５２", "23552"),
        ("phone", "0451 123456", "+49451123456"),
    ],
)
async def test_an_address_is_taken_as_people_write_it_and_stored_in_one_form(
    field: str, written: str, stored: str
) -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))

    order_id = await place_order(buyer, replace(command, address=replace(ADDRESS, **{field: written})))

    addresses = await addresses_of([order_id])
    assert addresses[order_id][field] == stored


async def test_the_same_key_with_the_address_written_otherwise_is_the_same_order() -> None:
    buyer, goods = await a_person(), await some_goods()
    command = await to_place(buyer, await a_cart(buyer, goods))
    first = await place_order(buyer, command)

    other = replace(ADDRESS, city="Lu\N{COMBINING DIAERESIS}beck", line1=f"{ADDRESS.line1} ")
    again = await place_order(buyer, replace(command, address=other))

    assert again == first

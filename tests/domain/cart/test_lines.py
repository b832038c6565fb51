import asyncio
from uuid import uuid4

import pytest

from domain.cart.lines import MAX_QUANTITY, CartLineChange, add_cart_line, change_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.channels.errors import CurrencyNotSold
from domain.pricing.errors import PriceMissing
from domain.shared.errors import InvalidInput, NotFound, NotSignedIn, StaleVersion
from domain.shared.money import Money
from domain.shared.viewer import ANONYMOUS
from tests.factories.goods import some_goods
from tests.factories.orders import a_cart
from tests.factories.people import a_person


async def test_adding_twice_sums_and_changing_replaces() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods, 2)

    await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 3))
    added = await cart(buyer, cart_id)
    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))
    changed = await cart(buyer, cart_id)

    assert added is not None
    assert changed is not None
    assert (added.quote.total, added.version) == (Money(6250, "EUR"), 3)
    assert (changed.quote.total, changed.version) == (Money(1250, "EUR"), 4)


async def test_a_quantity_of_zero_removes_the_line() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 0))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert found.quote.lines == ()


@pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1, 10**12])
async def test_a_quantity_out_of_range_names_field_and_limit_and_changes_nothing(quantity: int) -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    with pytest.raises(InvalidInput) as refusal:
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, quantity))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("quantity", "range", "1..10000")
    found = await cart(buyer, cart_id)
    assert found is not None
    assert found.version == 2


async def test_ten_parallel_additions_all_survive() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    await asyncio.gather(*(add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1)) for _ in range(10)))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert (found.quote.lines[0].quantity, found.version) == (11, 12)


async def test_of_ten_parallel_changes_at_one_version_one_survives_and_nine_are_refused() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    async def attempt() -> bool:
        try:
            await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1, expected_version=2))
        except StaleVersion:
            return False
        return True

    outcomes = await asyncio.gather(*(attempt() for _ in range(10)))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert (outcomes.count(True), found.quote.lines[0].quantity) == (1, 2)


async def test_the_same_key_adds_once() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await create_cart(buyer, CreateCart("EUR"))
    change = CartLineChange(cart_id, goods.variant_id, 2, key="once")

    await asyncio.gather(*(add_cart_line(buyer, change) for _ in range(5)))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert found.quote.lines[0].quantity == 2


async def test_the_same_key_opens_one_cart() -> None:
    buyer = await a_person()

    opened = await asyncio.gather(*(create_cart(buyer, CreateCart("EUR", key="mine")) for _ in range(5)))

    assert len(set(opened)) == 1


async def test_anothers_cart_and_an_unknown_variant_answer_alike() -> None:
    buyer, stranger, goods = await a_person(), await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    with pytest.raises(NotFound) as foreign:
        await add_cart_line(stranger, CartLineChange(cart_id, goods.variant_id, 1))
    with pytest.raises(NotFound) as unknown:
        await add_cart_line(buyer, CartLineChange(cart_id, uuid4(), 1))

    assert (foreign.value.kind, unknown.value.kind) == ("Cart", "Variant")
    assert await cart(stranger, cart_id) is None


async def test_carts_need_a_signed_in_buyer_and_a_currency_that_is_sold() -> None:
    with pytest.raises(NotSignedIn):
        await create_cart(ANONYMOUS, CreateCart("EUR"))
    with pytest.raises(CurrencyNotSold):
        await create_cart(await a_person(), CreateCart("XYZ"))


async def test_a_variant_without_a_price_in_the_carts_currency_is_named_and_not_added() -> None:
    buyer, goods = await a_person(), await some_goods(prices={"USD": 100})
    cart_id = await create_cart(buyer, CreateCart("EUR"))

    with pytest.raises(PriceMissing) as refusal:
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))

    assert (refusal.value.sku, refusal.value.currency) == (goods.sku, "EUR")
    found = await cart(buyer, cart_id)
    assert found is not None
    assert found.version == 1


@pytest.mark.parametrize("known", [True, False])
async def test_removing_what_the_cart_does_not_hold_is_refused_and_changes_nothing(known: bool) -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await create_cart(buyer, CreateCart("EUR"))

    with pytest.raises(NotFound):
        await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id if known else uuid4(), 0))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert found.version == 1

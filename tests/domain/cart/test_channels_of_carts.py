"""Carts are opened in a channel, and go by what it sells in."""

import pytest

from domain.cart.lines import CartLineChange, add_cart_line, change_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.channels.errors import ChannelClosed, CurrencyNotSold
from domain.channels.known import ChannelFacts
from domain.channels.update import UpdateChannel, update_channel
from domain.shared.errors import InvalidInput, NotFound
from domain.shared.money import Money
from domain.shared.viewer import PLATFORM
from tests.factories.channels import a_channel
from tests.factories.goods import Goods, some_goods
from tests.factories.people import a_person


async def test_a_cart_that_names_nothing_is_opened_in_the_first_channel_in_its_first_currency() -> None:
    buyer = await a_person()

    found = await cart(buyer, await create_cart(buyer, CreateCart()))

    assert found is not None
    assert (found.channel, found.currency) == ("main", "EUR")


async def test_a_cart_has_the_currency_and_the_goods_of_its_channel() -> None:
    buyer, (swiss, goods), elsewhere = await a_person(), await _shop(), await some_goods(prices={"CHF": 100})

    cart_id = await create_cart(buyer, CreateCart(channel=swiss.name))
    await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 2))
    with pytest.raises(NotFound):
        await add_cart_line(buyer, CartLineChange(cart_id, elsewhere.variant_id, 1))

    found = await cart(buyer, cart_id)
    assert found is not None
    assert (found.channel, found.quote.total) == (swiss.name, Money(2600, "CHF"))


async def test_a_currency_that_only_another_channel_sells_in_is_refused_with_those_that_this_one_does() -> None:
    swiss, _ = await _shop()

    with pytest.raises(CurrencyNotSold) as refused:
        await create_cart(await a_person(), CreateCart("USD", swiss.name))

    assert refused.value.sold == ("CHF", "EUR")


@pytest.mark.parametrize("name", ["mars", "closed", ""])
async def test_an_unknown_or_closed_channel_is_refused_alike(name: str) -> None:
    closed = await a_channel(is_open=False)

    with pytest.raises(InvalidInput) as refused:
        await create_cart(await a_person(), CreateCart(channel=closed.name if name == "closed" else name))

    assert (refused.value.field, refused.value.rule) == ("channel", "oneOf")


async def test_a_cart_of_a_closed_channel_is_shown_and_emptied_but_takes_nothing_more() -> None:
    buyer, (swiss, goods) = await a_person(), await _shop()
    cart_id = await create_cart(buyer, CreateCart(channel=swiss.name))
    await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 2))

    await update_channel(PLATFORM, UpdateChannel(swiss.id, is_open=False))
    shown = await cart(buyer, cart_id)
    with pytest.raises(ChannelClosed) as refused:
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))
    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 0))

    emptied = await cart(buyer, cart_id)
    assert shown is not None
    assert emptied is not None
    assert (shown.quote.total, emptied.quote.lines) == (Money(2600, "CHF"), ())
    assert refused.value.channel == swiss.name


async def test_a_cart_takes_nothing_more_in_a_currency_that_its_channel_left() -> None:
    buyer, (swiss, goods) = await a_person(), await _shop()
    cart_id = await create_cart(buyer, CreateCart("CHF", swiss.name))

    await update_channel(PLATFORM, UpdateChannel(swiss.id, currencies=("EUR",)))
    with pytest.raises(CurrencyNotSold) as refused:
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))

    assert (refused.value.currency, refused.value.sold) == ("CHF", ("EUR",))


async def test_the_lines_are_named_in_the_buyers_language_where_the_channel_has_it() -> None:
    bilingual = await a_channel(languages=("en", "zh-Hans"))
    english = await a_channel(languages=("en",))
    goods = await some_goods(channels=(bilingual.name, english.name))
    buyer, names = await a_person(language="zh-Hans"), []

    for shop in (bilingual, english):
        cart_id = await create_cart(buyer, CreateCart(channel=shop.name))
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))
        found = await cart(buyer, cart_id)
        assert found is not None
        names.append(found.variants[goods.variant_id].product_name)

    assert names == ["茶壶", "Tea pot"]


async def _shop() -> tuple[ChannelFacts, Goods]:
    """A channel, and what is live in it alone."""
    swiss = await a_channel(currencies=("CHF", "EUR"))
    return swiss, await some_goods(prices={"CHF": 1300, "EUR": 1250}, channels=(swiss.name,))

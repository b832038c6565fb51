"""An order belongs to its cart's channel, which must still sell and deliver to the buyer's country."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.channels.errors import ChannelClosed, CountryNotServed, CurrencyNotSold
from domain.channels.known import ChannelFacts
from domain.channels.update import UpdateChannel, update_channel
from domain.orders.place import place_order
from domain.shared.database import row
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.addresses import an_entry
from tests.factories.channels import a_channel
from tests.factories.goods import some_goods
from tests.factories.orders import to_place
from tests.factories.people import a_person


async def test_an_order_belongs_to_the_channel_of_its_cart() -> None:
    buyer, shop = await a_person(), await a_channel(countries=("AT", "DE"))

    order_id = await place_order(buyer, await to_place(buyer, await _filled_cart(buyer, shop)))

    found = await row("SELECT channel, country, state FROM orders WHERE id = $1", order_id)
    assert found is not None
    assert tuple(found) == (shop.name, "DE", "pending")


@pytest.mark.parametrize("kept", [True, False])
async def test_a_country_that_the_channel_does_not_deliver_to_is_refused_and_the_cart_stays_open(kept: bool) -> None:
    buyer, shop = await a_person(), await a_channel(countries=("AT", "CH"))
    cart_id = await _filled_cart(buyer, shop)
    command = await to_place(buyer, cart_id)
    if kept:
        command = replace(command, address=None, address_id=await an_entry(buyer))

    with pytest.raises(CountryNotServed) as refused:
        await place_order(buyer, command)

    assert (refused.value.country, refused.value.served) == ("DE", ("AT", "CH"))
    found = await cart(buyer, cart_id)
    assert found is not None
    assert (found.state, len(found.quote.lines)) == ("open", 1)


async def test_nothing_is_bought_in_a_closed_channel_nor_in_a_currency_that_it_left() -> None:
    buyer, shop = await a_person(), await a_channel(currencies=("EUR", "USD"))
    command = await to_place(buyer, await _filled_cart(buyer, shop))

    await update_channel(PLATFORM, UpdateChannel(shop.id, currencies=("USD",)))
    with pytest.raises(CurrencyNotSold):
        await place_order(buyer, command)
    await update_channel(PLATFORM, UpdateChannel(shop.id, currencies=("USD", "EUR"), is_open=False))
    with pytest.raises(ChannelClosed):
        await place_order(buyer, command)
    await update_channel(PLATFORM, UpdateChannel(shop.id, is_open=True))

    assert await place_order(buyer, command)


async def _filled_cart(buyer: Viewer, shop: ChannelFacts) -> UUID:
    goods = await some_goods(channels=(shop.name,))
    cart_id = await create_cart(buyer, CreateCart("EUR", shop.name))
    return await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))

"""What somebody does with a variant while another one removes it: whoever comes second does not find it."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from domain.cart.lines import CartLineChange, add_cart_line
from domain.catalog.products.change import ProductChange
from domain.catalog.products.store import store_products
from domain.inventory.count import CountStock, count_stock
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.set_stock import StockChange, store_stock
from domain.shared.database import transaction
from domain.shared.errors import DomainError, NotFound
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.orders import a_cart
from tests.factories.people import a_person
from tests.factories.products import a_variant, stored
from tests.factories.stock import a_warehouse


async def _into_a_cart(variant_id: UUID) -> None:
    buyer = await a_person()
    cart_id = await a_cart(buyer, await some_goods())
    await add_cart_line(buyer, CartLineChange(cart_id, variant_id, 1))


async def _counted(variant_id: UUID) -> None:
    await count_stock(PLATFORM, CountStock(variant_id, await a_warehouse(), on_hand=3, expected_on_hand=0))


async def _imported(variant_id: UUID) -> None:
    change = StockChange(variant_id=variant_id, warehouse_id=await a_warehouse(), on_hand=3)
    (answer,) = await use_case(store_stock)(PLATFORM, [change], kind="import")
    assert isinstance(answer, DomainError)
    raise answer


async def _sent(variant_id: UUID) -> None:
    line = TransferLine(variant_id, 1)
    await send_transfer(PLATFORM, SendTransfer(await a_warehouse(), await a_warehouse(), (line,)))


@pytest.mark.parametrize("use", [_into_a_cart, _counted, _imported, _sent])
async def test_a_variant_that_is_just_being_removed_is_not_found(use: Callable[[UUID], Awaitable[None]]) -> None:
    goods = await some_goods(stock=())
    await stored(ProductChange(product_id=goods.product_id, variants=[a_variant(options={"size": "S"})]))
    is_removed = asyncio.Event()

    async def removed() -> None:
        async with transaction():
            await store_products(
                PLATFORM, [ProductChange(product_id=goods.product_id, removed_variants=[goods.variant_id])]
            )
            is_removed.set()
            await asyncio.sleep(0.5)

    async def used() -> None:
        await is_removed.wait()
        await use(goods.variant_id)

    _, refusal = await asyncio.gather(removed(), used(), return_exceptions=True)

    assert isinstance(refusal, NotFound), refusal

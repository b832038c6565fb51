"""Reading and changing one's own carts."""

from uuid import UUID

import strawberry

from api.access import PERSON, field, mutation
from api.context import Info
from api.ids import decode
from api.schema.cart import (
    BeginCheckoutInput,
    BeginCheckoutResult,
    Cart,
    CartLineInput,
    CartLineResult,
    CreateCartInput,
    CreateCartResult,
    RemoveCartLineInput,
    show_cart,
)
from domain.cart.checkout import BeginCheckout, begin_checkout
from domain.cart.lines import CartLineChange, add_cart_line, change_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.shared.errors import not_found


@strawberry.type
class CartQuery:
    @field(PERSON, description="One's own cart, priced now.")
    async def cart(self, info: Info, id: strawberry.ID) -> Cart | None:
        found = await cart(info.context.viewer, decode("Cart", id, field="id"))
        return None if found is None else show_cart(found)


@strawberry.type
class CartMutation:
    @mutation(PERSON, result=CreateCartResult)
    async def create_cart(self, info: Info, input: CreateCartInput) -> Cart:
        command = CreateCart(currency=input.currency, channel=input.channel, key=input.idempotency_key)
        return await _shown(info, await create_cart(info.context.viewer, command))

    @mutation(PERSON, result=CartLineResult, description="Add units of a variant.")
    async def add_cart_line(self, info: Info, input: CartLineInput) -> Cart:
        return await _shown(info, await add_cart_line(info.context.viewer, _change(input, input.quantity)))

    @mutation(PERSON, result=CartLineResult, description="Set how many units of a variant the cart holds.")
    async def change_cart_line(self, info: Info, input: CartLineInput) -> Cart:
        return await _shown(info, await change_cart_line(info.context.viewer, _change(input, input.quantity)))

    @mutation(PERSON, result=CartLineResult)
    async def remove_cart_line(self, info: Info, input: RemoveCartLineInput) -> Cart:
        return await _shown(info, await change_cart_line(info.context.viewer, _change(input, 0)))

    @mutation(
        PERSON,
        result=BeginCheckoutResult,
        description="Reserve every line for a while, and from now on each line as it changes; again to prolong it.",
    )
    async def begin_checkout(self, info: Info, input: BeginCheckoutInput) -> Cart:
        cart_id = decode("Cart", input.cart_id, field="cartId")
        command = BeginCheckout(cart_id, input.expected_version, input.idempotency_key)
        return await _shown(info, await begin_checkout(info.context.viewer, command))


def _change(input: CartLineInput | RemoveCartLineInput, quantity: int) -> CartLineChange:
    return CartLineChange(
        cart_id=decode("Cart", input.cart_id, field="cartId"),
        variant_id=decode("Variant", input.variant_id, field="variantId"),
        quantity=quantity,
        expected_version=input.expected_version,
        key=input.idempotency_key,
    )


async def _shown(info: Info, cart_id: UUID) -> Cart:
    found = await cart(info.context.viewer, cart_id)
    if found is None:
        raise not_found("Cart", cart_id)
    return show_cart(found)

"""Beginning to shop without an account, and claiming what one bought so."""

import strawberry

from api.access import PERSON, PUBLIC, mutation
from api.context import Info
from api.schema.guests import ClaimGuestOrdersResult, OrdersClaimed, StartGuestSessionInput, StartGuestSessionResult
from api.schema.identity import Tokens, require_keeping, show_tokens
from api.schema.orders import show_order
from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.orders.claim_guest_orders import claim_guest_orders
from domain.orders.queries import orders


@strawberry.type
class GuestsMutation:
    @mutation(
        PUBLIC,
        result=StartGuestSessionResult,
        description="Shop without an account. Keep the tokens: they are all that leads to the guest's cart and orders. "
        "A document starts one session.",
    )
    async def start_guest_session(self, info: Info, input: StartGuestSessionInput) -> Tokens:
        require_keeping(info, input.keep_in)
        tokens = await start_guest_session(StartGuestSession(input.language, input.currency, input.country))
        return show_tokens(info, tokens, input.keep_in)

    @mutation(
        PERSON,
        result=ClaimGuestOrdersResult,
        description="Make the orders of guests who gave one's own confirmed e-mail address one's own. Of many guests, "
        "100 at a time. For people with an account.",
    )
    async def claim_guest_orders(self, info: Info) -> OrdersClaimed:
        claimed = await claim_guest_orders(info.context.viewer)
        found = await orders(info.context.viewer, claimed)
        return OrdersClaimed(orders=[show_order(found[id]) for id in claimed if id in found])

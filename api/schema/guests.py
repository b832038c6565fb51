"""Shopping without an account, and coming back with one."""

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.schema.identity import KEEP_IN, KeepIn, Tokens
from api.schema.orders import Order
from domain.identity.errors import TooManyAttempts


@strawberry.input
class StartGuestSessionInput:
    language: str = strawberry.field(description="en or zh-Hans.")
    currency: str = strawberry.field(description="One that the shop sells in.")
    country: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2.")
    keep_in: KeepIn = strawberry.field(default=KeepIn.BODY, description=KEEP_IN)


@strawberry.type(directives=[Access(requires=PARENT)])
class OrdersClaimed:
    orders: list[Order] = strawberry.field(description="What has just become one's own; empty when nothing was left.")


StartGuestSessionResult = result("StartGuestSessionResult", Tokens, TooManyAttempts, given_ids=False)
ClaimGuestOrdersResult = result("ClaimGuestOrdersResult", OrdersClaimed, given_ids=False)

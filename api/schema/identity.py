"""People as they see themselves, and signing in."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.pages import page_size
from api.schema.recommendations import Recommendation, show_recommendations
from domain.identity import sessions
from domain.identity.errors import EmailTaken, SessionEnded, WrongCredentials
from domain.identity.grants import Grant, allowed
from domain.identity.queries import UserFacts, user
from domain.pricing.currencies import sold_currency
from domain.recommendations.queries import recommendations
from domain.shared.errors import Busy, not_found
from domain.shared.settings import settings


@strawberry.type(directives=[Access(requires=PARENT)], description="A role that is held, everywhere or within a limit.")
class RoleGrant:
    role: str
    channel: str | None = strawberry.field(description="Only in this channel.")
    supplier_id: strawberry.ID | None = strawberry.field(description="Only for what is this supplier's.")


@strawberry.type(directives=[Access(requires=PARENT)])
class User:
    facts: strawberry.Private[UserFacts]
    id: strawberry.ID
    email: str | None = strawberry.field(description="The confirmed address; guests and erased people have none.")
    name: str | None
    phone: str | None = strawberry.field(description="E.164.")
    tax_number: str | None
    language: str
    currency: str
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    is_guest: bool
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    grants: list[RoleGrant] = strawberry.field(description="Roles beside customer, which everybody holds.")

    @field(PARENT, description="What the roles allow everywhere; what they allow within limits is told by the grants.")
    async def permissions(self) -> list[str]:
        everywhere, _ = await allowed(self.facts.grants)
        return sorted(everywhere)

    @field(
        PARENT,
        description="Products new to this person at the last training, best first; in their currency by default.",
    )
    async def recommendations(self, info: Info, first: int = 20, currency: str | None = None) -> list[Recommendation]:
        if info.context.viewer.user_id != self.facts.id:
            info.context.viewer.require("recommendations.read")
        found, size = await recommendations(self.facts.id), page_size(first)
        return await show_recommendations(info, found, _currency(currency, self.facts.currency), size)


@strawberry.type(directives=[Access(requires=PARENT)], description="What keeps one device signed in.")
class Tokens:
    facts: strawberry.Private[sessions.Tokens]
    access_token: str = strawberry.field(description="A JWT: send it as `Authorization: Bearer ...`.")
    access_expires_at: datetime
    refresh_token: str = strawberry.field(
        description="Works once. Keep it secret. Sent again within ten seconds, and before the next one is used, it gives "
        "that next one again, so that a lost answer signs nobody out; any other second use ends the session."
    )
    session_id: strawberry.ID

    @field(PARENT)
    async def user(self) -> User:
        found = await user(self.facts.user_id)
        if found is None:
            raise not_found("User", self.facts.user_id)
        return show_user(found)


@strawberry.type(directives=[Access(requires=PARENT)])
class LoggedOut:
    session_id: strawberry.ID | None


@strawberry.input
class SignUpInput:
    email: str
    password: str = strawberry.field(description="8 to 128 characters.")
    name: str
    language: str = strawberry.field(description="en or zh-Hans.")
    currency: str = strawberry.field(description="One that the shop sells in.")
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    idempotency_key: str | None = None


@strawberry.input
class LogInInput:
    email: str
    password: str


@strawberry.input
class RefreshSessionInput:
    refresh_token: str


SignUpResult = result("SignUpResult", User, EmailTaken, Busy)
LogInResult = result("LogInResult", Tokens, WrongCredentials, Busy)
RefreshSessionResult = result("RefreshSessionResult", Tokens, SessionEnded)
LogOutResult = result("LogOutResult", LoggedOut)


def _currency(asked: str | None, own: str) -> str:
    """The one asked for, else one's own where the shop sells in it. Raises CurrencyNotSold."""
    sold = settings().shop_currencies
    return sold_currency(asked or (own if own in sold else sold[0]))


def show_user(facts: UserFacts) -> User:
    return User(
        facts=facts,
        id=strawberry.ID(encode("User", facts.id)),
        email=facts.email,
        name=facts.name,
        language=facts.language,
        currency=facts.currency,
        country=facts.country,
        phone=facts.phone,
        tax_number=facts.tax_number,
        is_guest=facts.is_guest,
        version=facts.version,
        grants=[_grant(one) for one in facts.grants],
    )


def _grant(held: Grant) -> RoleGrant:
    supplier_id = None if held.supplier_id is None else strawberry.ID(encode("Supplier", held.supplier_id))
    return RoleGrant(role=held.role, channel=held.channel, supplier_id=supplier_id)


def show_tokens(tokens: sessions.Tokens) -> Tokens:
    return Tokens(
        facts=tokens,
        access_token=tokens.access_token,
        access_expires_at=tokens.access_expires_at,
        refresh_token=tokens.refresh_token,
        session_id=strawberry.ID(encode("Session", tokens.session_id)),
    )

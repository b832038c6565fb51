"""People as they see themselves, and signing in."""

from datetime import datetime
from enum import Enum

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.pages import page_size
from api.schema.addresses import AddressEntry, show_entry
from api.schema.privacy import Consent, PrivacyRequest, show_consent, show_request
from api.schema.recommendations import Recommendation, show_recommendations
from api.schema.second_factors import SecondFactors
from api.storefront import storefront_of
from domain.channels.known import channel
from domain.channels.storefront import Storefront
from domain.identity.access.grants import Grant, allowed
from domain.identity.errors import (
    LogInAttemptEnded,
    PasskeyRefused,
    SecondFactorRequired,
    SessionEnded,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)
from domain.identity.queries import UserFacts, user
from domain.identity.sessions import sessions
from domain.identity.sessions.session_queries import SessionFacts, sessions_of
from domain.recommendations.queries import recommendations
from domain.shared.errors import Busy, not_found
from domain.shared.viewer import Viewer


@strawberry.type(directives=[Access(requires=PARENT)], description="A role that is held, everywhere or within a limit.")
class RoleGrant:
    role: str
    channel: str | None = strawberry.field(description="Only in this channel.")
    supplier_id: strawberry.ID | None = strawberry.field(description="Only for what is this supplier's.")


@strawberry.type(directives=[Access(requires=PARENT)], description="A device that is signed in.")
class Session:
    id: strawberry.ID
    device: str | None = strawberry.field(description="What it called itself when it signed in.")
    address: str | None = strawberry.field(description="Where it was in the network then.")
    methods: list[str] = strawberry.field(
        description="How it signed in, as RFC 8176 names it: pwd a password, otp a one-time code, hwk a passkey, mfa two "
        "of them."
    )
    created_at: datetime
    last_used_at: datetime = strawberry.field(description="When its tokens were made last.")
    current: bool = strawberry.field(description="Whether this request comes from it.")


@strawberry.type(directives=[Access(requires=PARENT)], description="Oneself: nobody is shown another's.")
class User:
    facts: strawberry.Private[UserFacts]
    viewer: strawberry.Private[Viewer]
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

    @field(PARENT, description="The address book, in the order in which it was filled.")
    async def addresses(self, info: Info) -> list[AddressEntry]:
        return [show_entry(one) for one in await info.context.loaders.address_book.load(self.facts.id)]

    @field(PARENT)
    def second_factors(self) -> SecondFactors:
        return SecondFactors(user_id=self.facts.id)

    @field(PARENT, description="Newest first.")
    async def consents(self, info: Info) -> list[Consent]:
        return [show_consent(one) for one in await info.context.loaders.consents.load(self.facts.id)]

    @field(PARENT, description="Newest first: copies of one's data, and erasure.")
    async def privacy_requests(self, info: Info) -> list[PrivacyRequest]:
        return [show_request(one) for one in await info.context.loaders.privacy_requests.load(self.facts.id)]

    @field(PARENT, description="Where one is signed in, the device used last first, 100 at most.")
    async def sessions(self) -> list[Session]:
        return [_session(one) for one in await sessions_of(self.viewer)]

    @field(
        PARENT,
        description="Products new to this person at the last training, best first; in their currency by default.",
    )
    async def recommendations(
        self, info: Info, first: int = 20, currency: str | None = None, channel: str | None = None
    ) -> list[Recommendation]:
        found, size = await recommendations(self.facts.id), page_size(first)
        shop = await _storefront(info, channel, currency, self.facts.currency)
        return await show_recommendations(info, found, shop, size)


@strawberry.type(directives=[Access(requires=PARENT)], description="What keeps one device signed in.")
class Tokens:
    facts: strawberry.Private[sessions.Tokens]
    access_token: str | None = strawberry.field(
        description="A JWT: send it as `Authorization: Bearer ...`. Null when cookies keep the tokens."
    )
    access_expires_at: datetime
    refresh_token: str | None = strawberry.field(
        description="Works once. Keep it secret. Sent again within ten seconds, and before the next one is used, it gives "
        "that next one again, so that a lost answer signs nobody out; any other second use ends the session. Null when "
        "cookies keep the tokens."
    )
    session_id: strawberry.ID

    @field(PARENT)
    async def user(self) -> User:
        found = await user(self.facts.user_id)
        if found is None:
            raise not_found("User", self.facts.user_id)
        return show_user(found, Viewer(user_id=found.id, session_id=self.facts.session_id))


@strawberry.type(directives=[Access(requires=PARENT)])
class LoggedOut:
    session_id: strawberry.ID | None


@strawberry.type(directives=[Access(requires=PARENT)])
class SessionsEnded:
    count: int


@strawberry.enum(description="Where the tokens go.")
class KeepIn(Enum):
    BODY = strawberry.enum_value(
        "body", description="Into the answer, for whoever keeps them and sends them as a header."
    )
    COOKIE = strawberry.enum_value(
        "cookie",
        description="Into cookies that scripts cannot read. For pages of this site, which send the header x-hanse-csrf "
        "with every POST.",
    )


KEEP_IN = "COOKIE is for browsers; it is refused over WebSocket and event streams, and to pages of other sites."


@strawberry.input
class LogInInput:
    email: str
    password: str
    keep_in: KeepIn = strawberry.field(default=KeepIn.BODY, description=KEEP_IN)


@strawberry.input(description="An authenticator's answer to a challenge.")
class PasskeyResponseInput:
    challenge_id: strawberry.ID
    response: str = strawberry.field(description="The browser's PublicKeyCredential as JSON, by its `toJSON()`.")


@strawberry.input(description="The attempt, and one of the others.")
class SecondFactorInput:
    attempt: str = strawberry.field(description="As SecondFactorRequiredError gave it.")
    code: str | None = strawberry.field(default=None, description="Of the authenticator app.")
    recovery_code: str | None = None
    passkey: PasskeyResponseInput | None = None
    keep_in: KeepIn = strawberry.field(default=KeepIn.BODY, description=KEEP_IN)


@strawberry.input
class RefreshSessionInput:
    refresh_token: str | None = strawberry.field(
        default=None, description="Left out, it is taken from the cookie, and the new tokens go into cookies too."
    )


LogInResult = result(
    "LogInResult", Tokens, WrongCredentials, SecondFactorRequired, TooManyAttempts, Busy, given_ids=False
)
LogInWithSecondFactorResult = result(
    "LogInWithSecondFactorResult", Tokens, LogInAttemptEnded, WrongCode, PasskeyRefused, TooManyAttempts
)
RefreshSessionResult = result("RefreshSessionResult", Tokens, SessionEnded, given_ids=False)
LogOutResult = result("LogOutResult", LoggedOut, given_ids=False)
EndSessionResult = result("EndSessionResult", SessionsEnded)
EndAllSessionsResult = result("EndAllSessionsResult", SessionsEnded, given_ids=False)


async def _storefront(info: Info, channel_name: str | None, currency: str | None, own: str) -> Storefront:
    """In the currency asked for, else in one's own where the channel sells in it. Raises as `storefront_of` does."""
    sold = (await channel(channel_name)).currencies
    return await storefront_of(info, channel_name, currency or (own if own in sold else None))


def show_user(facts: UserFacts, viewer: Viewer) -> User:
    """As the person themselves sees it: `viewer` is this person, on the device that asks or was just signed in."""
    return User(
        facts=facts,
        viewer=viewer,
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


def _session(facts: SessionFacts) -> Session:
    return Session(
        id=strawberry.ID(encode("Session", facts.id)),
        device=facts.device,
        address=facts.address,
        methods=list(facts.methods),
        created_at=facts.created_at,
        last_used_at=facts.last_used_at,
        current=facts.is_current,
    )


def require_keeping(info: Info, keep_in: KeepIn) -> None:
    """Raise InvalidInput, before anything is checked or counted, where the answer cannot set cookies."""
    if keep_in is KeepIn.COOKIE:
        info.context.browser.require("keepIn")


def show_tokens(info: Info, tokens: sessions.Tokens, keep_in: KeepIn) -> Tokens:
    """The tokens in the answer, or in cookies and not in the answer."""
    in_body = keep_in is KeepIn.BODY
    if not in_body:
        info.context.browser.keep(tokens)
    return Tokens(
        facts=tokens,
        access_token=tokens.access_token if in_body else None,
        access_expires_at=tokens.access_expires_at,
        refresh_token=tokens.refresh_token if in_body else None,
        session_id=strawberry.ID(encode("Session", tokens.session_id)),
    )

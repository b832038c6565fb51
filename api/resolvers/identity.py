"""Signing up, in and out, and who one is."""

import strawberry

from api.access import PUBLIC, SIGNED_IN, field, mutation
from api.context import Info
from api.ids import encode
from api.schema.identity import (
    LoggedOut,
    LogInInput,
    LogInResult,
    LogOutResult,
    RefreshSessionInput,
    RefreshSessionResult,
    SignUpInput,
    SignUpResult,
    Tokens,
    User,
    show_tokens,
    show_user,
)
from domain.identity.log_in import LogIn, log_in
from domain.identity.log_out import log_out
from domain.identity.queries import user
from domain.identity.refresh import refresh_session
from domain.identity.sign_up import SignUp, sign_up
from domain.shared.errors import not_found

_ONCE = "A document may hold one of signUp, logIn and refreshSession, once."


@strawberry.type
class IdentityQuery:
    @field(PUBLIC, description="Who the caller is; null for somebody who is not signed in.")
    async def me(self, info: Info) -> User | None:
        user_id = info.context.viewer.user_id
        found = None if user_id is None else await user(user_id)
        return None if found is None else show_user(found)


@strawberry.type
class IdentityMutation:
    @mutation(PUBLIC, result=SignUpResult, description=f"Become a customer. Log in afterwards. {_ONCE}")
    async def sign_up(self, info: Info, input: SignUpInput) -> User:
        user_id = await sign_up(info.context.viewer, _sign_up(input))
        found = await user(user_id)
        if found is None:
            raise not_found("User", user_id)
        return show_user(found)

    @mutation(PUBLIC, result=LogInResult, description=f"Sign this device in. {_ONCE}")
    async def log_in(self, input: LogInInput) -> Tokens:
        return show_tokens(await log_in(LogIn(email=input.email, password=input.password)))

    @mutation(
        PUBLIC,
        result=RefreshSessionResult,
        description="The next pair of tokens for the refresh token. Send no Authorization header with it: "
        f"an expired access token would be refused before anything is done. {_ONCE}",
    )
    async def refresh_session(self, input: RefreshSessionInput) -> Tokens:
        return show_tokens(await refresh_session(input.refresh_token))

    @mutation(SIGNED_IN, result=LogOutResult, description="Sign this device out: its refresh token works no more.")
    async def log_out(self, info: Info) -> LoggedOut:
        await log_out(info.context.viewer)
        session_id = info.context.viewer.session_id
        return LoggedOut(session_id=None if session_id is None else strawberry.ID(encode("Session", session_id)))


def _sign_up(input: SignUpInput) -> SignUp:
    return SignUp(
        email=input.email,
        password=input.password,
        name=input.name,
        language=input.language,
        currency=input.currency,
        country=input.country,
        key=input.idempotency_key,
    )

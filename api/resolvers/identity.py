"""Signing in and out, where one is signed in, and who one is."""

import strawberry

from api.access import PERSON, PUBLIC, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.schema.identity import (
    EndAllSessionsResult,
    EndSessionResult,
    KeepIn,
    LoggedOut,
    LogInInput,
    LogInResult,
    LogInWithSecondFactorResult,
    LogOutResult,
    PasskeyResponseInput,
    RefreshSessionInput,
    RefreshSessionResult,
    SecondFactorInput,
    SessionsEnded,
    Tokens,
    User,
    require_keeping,
    show_tokens,
    show_user,
)
from domain.identity.errors import SessionEnded
from domain.identity.factors.passkey_assertions import PasskeyResponse
from domain.identity.queries import user
from domain.identity.sessions.end_own_sessions import end_own_session, end_own_sessions
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.log_in_with_second_factor import SecondFactor, log_in_with_second_factor
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session

_ONCE = "A document may check one credential, once."


@strawberry.type
class IdentityQuery:
    @field(PUBLIC, description="Who the caller is; null for somebody who is not signed in.")
    async def me(self, info: Info) -> User | None:
        user_id = info.context.viewer.user_id
        found = None if user_id is None else await user(user_id)
        return None if found is None else show_user(found, info.context.viewer)


@strawberry.type
class IdentityMutation:
    @mutation(
        PUBLIC,
        result=LogInResult,
        description="Sign this device in. Who has a second factor is given an attempt, and goes on with "
        f"logInWithSecondFactor. {_ONCE}",
    )
    async def log_in(self, info: Info, input: LogInInput) -> Tokens:
        require_keeping(info, input.keep_in)
        tokens = await log_in(LogIn(email=input.email, password=input.password))
        return show_tokens(info, tokens, input.keep_in)

    @mutation(PUBLIC, result=LogInWithSecondFactorResult, description=f"The second step of logIn. {_ONCE}")
    async def log_in_with_second_factor(self, info: Info, input: SecondFactorInput) -> Tokens:
        require_keeping(info, input.keep_in)
        return show_tokens(info, await log_in_with_second_factor(_second_factor(input)), input.keep_in)

    @mutation(
        PUBLIC,
        result=RefreshSessionResult,
        description="The next pair of tokens for the refresh token. An expired access token beside it does no harm, where "
        f"this field stands first. {_ONCE}",
    )
    async def refresh_session(self, info: Info, input: RefreshSessionInput) -> Tokens:
        if input.refresh_token is not None:
            return show_tokens(info, await refresh_session(input.refresh_token), KeepIn.BODY)
        info.context.browser.require("refreshToken")
        if not info.context.browser.refresh_token:
            raise SessionEnded
        return show_tokens(info, await refresh_session(info.context.browser.refresh_token), KeepIn.COOKIE)

    @mutation(
        PUBLIC,
        result=LogOutResult,
        description="Sign this device out: its tokens work no more, and its cookies are removed. An access token or a "
        "cookie says which device.",
    )
    async def log_out(self, info: Info) -> LoggedOut:
        session_id = await log_out(info.context.viewer, info.context.browser.refresh_token)
        info.context.browser.clear()
        return LoggedOut(session_id=None if session_id is None else strawberry.ID(encode("Session", session_id)))

    @mutation(
        PERSON,
        result=EndSessionResult,
        description="Sign one of one's own devices out: its access token works no more within five seconds, and its "
        "connections are closed within a minute.",
    )
    async def end_session(self, info: Info, id: strawberry.ID) -> SessionsEnded:
        session_id = decode("Session", id, field="id")
        ended = await end_own_session(info.context.viewer, session_id)
        if session_id == info.context.viewer.session_id:
            info.context.browser.clear()
        return SessionsEnded(count=int(ended))

    @mutation(
        PERSON, result=EndAllSessionsResult, description="Sign all of one's own devices out, or all but this one."
    )
    async def end_all_sessions(self, info: Info, except_this: bool = True) -> SessionsEnded:  # noqa: FBT001, FBT002 # an argument of GraphQL
        ended = await end_own_sessions(info.context.viewer, except_this=except_this)
        if not except_this:
            info.context.browser.clear()
        return SessionsEnded(count=ended)


def _second_factor(input: SecondFactorInput) -> SecondFactor:
    return SecondFactor(
        attempt=input.attempt,
        code=input.code,
        recovery_code=input.recovery_code,
        passkey=None if input.passkey is None else passkey_response(input.passkey, field="passkey"),
    )


def passkey_response(input: PasskeyResponseInput, *, field: str) -> PasskeyResponse:
    challenge_id = decode("PasskeyChallenge", input.challenge_id, field=f"{field}.challengeId")
    return PasskeyResponse(challenge_id, input.response)

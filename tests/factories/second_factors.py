"""People with second factors."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest

from domain.identity.errors import SecondFactorRequired
from domain.identity.factors.begin_passkey import begin_passkey_registration
from domain.identity.factors.register_passkey import NewPasskey, RegisteredPasskey, finish_passkey_registration
from domain.identity.factors.totp import confirm_totp, enrol_totp
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import now
from domain.shared.viewer import Viewer
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD, a_user, an_email


@dataclass(frozen=True)
class Protected:
    """Somebody with codes of an app switched on. The code of the present step is used up already."""

    email: str
    viewer: Viewer
    secret: str
    recovery_codes: tuple[str, ...]

    @property
    def user_id(self) -> UUID:
        return self.viewer.signed_in()

    def code(self, steps: int = 1) -> str:
        """That of so many steps from now: the next one is not used up, and good already."""
        return code(self.secret, steps)


def code(secret: str, steps: int = 0, *, at: datetime | None = None) -> str:
    return pyotp.TOTP(secret).at((at or now()) + timedelta(seconds=30 * steps))


async def a_viewer(*, role: str = "customer", email: str | None = None) -> Viewer:
    """Somebody new who logged in just now, by password only."""
    tokens = await logged_in(await a_user_email(role=role, email=email))
    return await viewer_from_token(tokens.access_token)


async def a_user_email(*, role: str = "customer", email: str | None = None) -> str:
    address = email or an_email()
    await a_user(role=role, email=address)
    return address


async def logged_in(email: str) -> Tokens:
    return await log_in(LogIn(email=email, password=PASSWORD))


async def protected(*, role: str = "customer") -> Protected:
    email = an_email()
    viewer = await a_viewer(role=role, email=email)
    secret = (await enrol_totp(viewer)).secret
    return Protected(email, viewer, secret, await confirm_totp(viewer, code(secret)))


async def begun(email: str) -> SecondFactorRequired:
    """The attempt of somebody whose password was right."""
    with pytest.raises(SecondFactorRequired) as required:
        await logged_in(email)
    return required.value


async def registered(viewer: Viewer, authenticator: Authenticator, label: str = "Phone") -> RegisteredPasskey:
    asked = await begin_passkey_registration(viewer)
    answer = authenticator.create(asked.options)
    return await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, answer, label))


def moment() -> datetime:
    """In the middle of a step, so that the steps around it are what they seem."""
    return datetime(2026, 11, 5, 12, 0, 15, tzinfo=UTC)

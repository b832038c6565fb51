"""Sign-ups whose address is not confirmed yet."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.identity.accounts.rules import email_key
from domain.identity.accounts.sign_up import SignUp, sign_up
from domain.identity.email_lookup import email_hash
from domain.shared.database import value
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import PASSWORD, an_email
from tests.factories.mail import mails_about, token_in

_SIGN_UP = SignUp(
    email="", password=PASSWORD, name="Anna Schmidt", language="en", currency="EUR", country="DE", key=None
)


def a_sign_up(**changes: Any) -> SignUp:
    return replace(_SIGN_UP, **{"email": an_email(), **changes})


async def a_registration(**changes: Any) -> UUID:
    command = a_sign_up(**changes)
    await sign_up(ANONYMOUS, command)
    return await registration_of(command.email)


async def registration_of(email: str) -> UUID:
    """The newest one."""
    found: UUID = await value(
        "SELECT id FROM registration WHERE email_hash = $1 ORDER BY created_at DESC, id DESC", await hash_of(email)
    )
    return found


async def confirmation_token(registration_id: UUID) -> str:
    (mail,) = await mails_about(registration_id, "registration.started")
    return token_in(mail)


async def hash_of(email: str) -> str:
    return await email_hash(email_key(email) or "")

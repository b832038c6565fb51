"""People who sign up and log in for tests, each with an address of their own."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from domain.identity.log_in import LogIn, log_in
from domain.identity.roles import ensure_roles
from domain.identity.sessions import Tokens
from domain.identity.sign_up import SignUp, sign_up
from domain.shared.database import run, transaction
from domain.shared.viewer import ANONYMOUS

PASSWORD = "correct horse battery"

_SIGN_UP = SignUp(
    email="", password=PASSWORD, name="Anna Schmidt", language="en", currency="EUR", country="DE", key=None
)


def an_email() -> str:
    return f"anna-{uuid4().hex}@example.org"


def a_sign_up(**changes: Any) -> SignUp:
    return replace(_SIGN_UP, **{"email": an_email(), **changes})


async def a_user(*, role: str = "customer", supplier_id: UUID | None = None, email: str | None = None) -> UUID:
    """Somebody who can log in with `PASSWORD`."""
    user_id = await sign_up(ANONYMOUS, a_sign_up(email=email or an_email()))
    if role != "customer" or supplier_id is not None:
        async with transaction():
            roles = await ensure_roles()
            await run(
                "UPDATE users SET role_id = $2, supplier_id = $3 WHERE id = $1", user_id, roles[role], supplier_id
            )
    return user_id


async def signed_in(*, role: str = "customer", supplier_id: UUID | None = None) -> Tokens:
    """The tokens of a new person on a new device."""
    email = an_email()
    await a_user(role=role, supplier_id=supplier_id, email=email)
    return await log_in(LogIn(email=email, password=PASSWORD))

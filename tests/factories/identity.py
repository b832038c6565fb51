"""People who can log in for tests, each with an address of their own."""

from uuid import UUID, uuid4

from domain.identity.accounts.passwords import hash_password
from domain.identity.email_lookup import email_hash
from domain.identity.personal import new_person_key
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.shared.clock import now
from domain.shared.database import run, transaction
from domain.shared.ids import new_id
from tests.factories.people import grant

PASSWORD = "correct horse battery"

_hashes: dict[str, str] = {}


def an_email() -> str:
    return f"anna-{uuid4().hex}@example.org"


async def a_user(*, role: str = "customer", supplier_id: UUID | None = None, email: str | None = None) -> UUID:
    """Somebody with a confirmed address who can log in with `PASSWORD`."""
    user_id, address = new_id(), email or an_email()
    async with transaction():
        key = await new_person_key(user_id)
        await run(
            """INSERT INTO users (id, email_hash, email_sealed, password_hash, name_sealed, country, language, currency,
                                  is_guest, version, created_at)
               VALUES ($1, $2, $3, $4, $5, 'DE', 'en', 'EUR', FALSE, 1, $6)""",
            user_id,
            await email_hash(address),
            key.seal(address, "email"),
            await _password_hash(),
            key.seal("Anna Schmidt", "name"),
            now(),
        )
        if role != "customer":
            await grant(user_id, role, supplier_id=supplier_id)
    return user_id


async def signed_in(*, role: str = "customer", supplier_id: UUID | None = None) -> Tokens:
    """The tokens of a new person on a new device."""
    email = an_email()
    await a_user(role=role, supplier_id=supplier_id, email=email)
    return await log_in(LogIn(email=email, password=PASSWORD))


async def _password_hash() -> str:
    """Made once: every hash costs what a log-in costs."""
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = await hash_password(PASSWORD)
    return _hashes[PASSWORD]

"""What those who send mail must know: to whom, and what it is about."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.personal import PersonKey, person_key
from domain.identity.queries import UserFacts, user
from domain.shared.database import row, value


@dataclass(frozen=True)
class PendingRegistration:
    email: str = field(repr=False)
    email_hash: str
    language: str


@dataclass(frozen=True)
class PendingEmailChange:
    """`owner` asked for it, and is still known by the old address until it is done."""

    owner: UserFacts
    old_email: str = field(repr=False)
    new_email: str = field(repr=False)
    new_email_hash: str
    is_done: bool


async def pending_registration(registration_id: UUID) -> PendingRegistration | None:
    """None once it was confirmed or forgotten."""
    found = await row("SELECT email_sealed, email_hash, language FROM registration WHERE id = $1", registration_id)
    key = await person_key(registration_id)
    email = key.open(found["email_sealed"], "email") if found and key else None
    return PendingRegistration(email, found["email_hash"], found["language"]) if found and email else None


async def email_change(change_id: UUID) -> PendingEmailChange | None:
    """None once it was given up, or its person forgotten."""
    found = await row(
        """SELECT user_id, old_email_sealed, new_email_sealed, new_email_hash, done_at IS NOT NULL AS is_done
           FROM email_change WHERE id = $1""",
        change_id,
    )
    owner = await user(found["user_id"]) if found else None
    key = await person_key(owner.id) if owner else None
    if found is None or owner is None or key is None:
        return None
    old, new = _addresses(key, found["old_email_sealed"], found["new_email_sealed"])
    return PendingEmailChange(owner, old, new, found["new_email_hash"], found["is_done"]) if old and new else None


async def owner_of(email_hash: str) -> UserFacts | None:
    """Who has the account of the address with this hash."""
    user_id: UUID | None = await value("SELECT id FROM users WHERE email_hash = $1", email_hash)
    return None if user_id is None else await user(user_id)


def _addresses(key: PersonKey, old: str, new: str) -> tuple[str | None, str | None]:
    return key.open(old, "email"), key.open(new, "email")

"""Who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.identity.access.grants import Grant
from domain.identity.email_lookup import email_hash
from domain.identity.personal import PersonKey, opened_person_key
from domain.shared.database import rows, value

_FACTS = """SELECT u.id, u.email_sealed, u.name_sealed, u.phone_sealed, u.tax_number_sealed, u.country, u.language,
                   u.currency, u.is_guest, u.suspended_at IS NOT NULL AS is_suspended,
                   u.erased_at IS NOT NULL AS is_erased, u.version, u.created_at, k.sealed AS key_sealed,
                   (SELECT json_agg(json_build_array(r.name, g.channel, g.supplier_id) ORDER BY g.created_at, g.id)
                    FROM role_grant g JOIN role r ON r.id = g.role_id WHERE g.user_id = u.id) AS grants
            FROM users u LEFT JOIN person_key k ON k.person_id = u.id
            WHERE u.id = ANY($1)"""


@dataclass(frozen=True)
class UserFacts:
    """What is not known is None: of guests, of imported people, and of people who were erased."""

    id: UUID
    email: str | None = field(repr=False)
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    tax_number: str | None = field(repr=False)
    country: str | None
    language: str
    currency: str
    grants: tuple[Grant, ...]
    is_guest: bool
    is_suspended: bool
    is_erased: bool
    version: int
    created_at: datetime


async def user(user_id: UUID) -> UserFacts | None:
    return (await get_many([user_id])).get(user_id)


async def get_many(user_ids: Sequence[UUID]) -> dict[UUID, UserFacts]:
    """Those that exist, by id, in one statement."""
    return {found["id"]: _facts(found) for found in await rows(_FACTS, user_ids)}


async def user_by_email(address: str) -> UserFacts | None:
    """Whose confirmed address it is. Two statements at most. `address` is in the form that `rules.email_key` gives."""
    found: UUID | None = await value("SELECT id FROM users WHERE email_hash = $1", await email_hash(address))
    return None if found is None else await user(found)


def _facts(found: Any) -> UserFacts:
    key = opened_person_key(found["id"], found["key_sealed"]) if found["key_sealed"] else None
    return UserFacts(
        id=found["id"],
        email=_opened(key, found["email_sealed"], "email"),
        name=_opened(key, found["name_sealed"], "name"),
        phone=_opened(key, found["phone_sealed"], "phone"),
        tax_number=_opened(key, found["tax_number_sealed"], "tax_number"),
        country=found["country"],
        language=found["language"],
        currency=found["currency"],
        grants=_grants(found["grants"]),
        is_guest=found["is_guest"],
        is_suspended=found["is_suspended"],
        is_erased=found["is_erased"],
        version=found["version"],
        created_at=found["created_at"],
    )


def _opened(key: PersonKey | None, sealed: str | None, of: str) -> str | None:
    return None if key is None else key.open(sealed, of)


def _grants(text: str | None) -> tuple[Grant, ...]:
    held = orjson.loads(text) if text else []
    return tuple(Grant(role, channel, UUID(supplier) if supplier else None) for role, channel, supplier in held)

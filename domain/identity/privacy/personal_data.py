"""All that this context knows of one person, in the open: for the person alone, and for the staff whom they asked."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.identity.addresses.address_book import addresses_of
from domain.identity.factors.passkey_site import LABEL_SEALED_AS
from domain.identity.personal import PersonKey, person_key
from domain.identity.privacy.consent import consents_of
from domain.identity.privacy.privacy_requests import privacy_requests_of
from domain.shared.database import row, rows

_PROFILE = """SELECT id, email_sealed, contact_sealed, name_sealed, phone_sealed, tax_number_sealed, country, language,
                     currency, is_guest, external_id, password_hash IS NOT NULL AS has_password, created_at, suspended_at
              FROM users WHERE id = $1"""
_SESSIONS = """SELECT id, methods, device_sealed, address_sealed, created_at, last_used_at, ended_at, ended_reason
               FROM session WHERE user_id = $1 ORDER BY id"""
_PASSKEYS = (
    """SELECT id, label_sealed, sign_count, created_at, last_used_at FROM passkey WHERE user_id = $1 ORDER BY id"""
)
_TOTP = "SELECT created_at, confirmed_at FROM totp WHERE user_id = $1"
_RECOVERY_CODES = "SELECT count(*) AS made, count(used_at) AS used FROM recovery_code WHERE user_id = $1"
_REGISTRATIONS = """SELECT country, language, currency, created_at FROM registration
                    WHERE email_hash = (SELECT email_hash FROM users WHERE id = $1) ORDER BY id"""
_EMAIL_CHANGES = """SELECT id, old_email_sealed, new_email_sealed, old_confirmed_at, new_confirmed_at, done_at, created_at
                    FROM email_change WHERE user_id = $1 ORDER BY id"""
_ROLES = """SELECT r.name AS role, g.channel, s.name AS supplier, g.created_at FROM role_grant g
            JOIN role r ON r.id = g.role_id LEFT JOIN supplier s ON s.id = g.supplier_id
            WHERE g.user_id = $1 ORDER BY g.id"""
_MAIL_LINKS = """SELECT purpose, created_at, expires_at, used_at FROM mail_link
                 WHERE subject_id = $1 OR subject_id IN (SELECT id FROM email_change WHERE user_id = $1)
                    OR email_hash = (SELECT email_hash FROM users WHERE id = $1) ORDER BY id"""
_THINGS = """SELECT id FROM session WHERE user_id = $1 UNION ALL SELECT id FROM passkey WHERE user_id = $1
             UNION ALL SELECT id FROM address_entry WHERE user_id = $1
             UNION ALL SELECT id FROM email_change WHERE user_id = $1
             UNION ALL SELECT id FROM mail_link
               WHERE subject_id = $1 OR subject_id IN (SELECT id FROM email_change WHERE user_id = $1)
                  OR email_hash = (SELECT email_hash FROM users WHERE id = $1)"""
_ATTEMPTS = "SELECT failures, created_at, used_at FROM log_in_attempt WHERE user_id = $1 ORDER BY id"


_SEALED_AS = {"label": LABEL_SEALED_AS, "old_email": "email", "new_email": "email"}
"""The field under which a column is sealed, where that is not the column's own name."""


async def personal_data(person_id: UUID) -> dict[str, Any]:
    """What JSON can hold. Empty for somebody unknown, and for somebody who was erased.

    Left out are secrets, since a copy that is stolen must not open the account: of password, recovery codes, passkeys and
    authenticator it says only that there are some.
    """
    profile, key = await row(_PROFILE, person_id), await person_key(person_id)
    if profile is None or key is None:
        return {}
    return {
        "profile": _opened(key, profile),
        "addresses": await _addresses(person_id),
        "roles": _plain(await rows(_ROLES, person_id)),
        "consents": [_shown(one) for one in (await consents_of([person_id])).get(person_id, [])],
        "sessions": [
            _opened(key, one) | {"methods": orjson.loads(one["methods"])} for one in await rows(_SESSIONS, person_id)
        ],
        "passkeys": [_opened(key, one) for one in await rows(_PASSKEYS, person_id)],
        "authenticator": _plain(await rows(_TOTP, person_id)),
        "recovery_codes": _plain(await rows(_RECOVERY_CODES, person_id)),
        "log_ins_begun": _plain(await rows(_ATTEMPTS, person_id)),
        "further_sign_ups_with_the_address": _plain(await rows(_REGISTRATIONS, person_id)),
        "changes_of_email": [_opened(key, one) for one in await rows(_EMAIL_CHANGES, person_id)],
        "mail_links": _plain(await rows(_MAIL_LINKS, person_id)),
        "privacy_requests": [_shown(one) for one in (await privacy_requests_of([person_id])).get(person_id, [])],
    }


async def own_ids(person_id: UUID) -> list[UUID]:
    """Of their devices, passkeys, addresses and mailed links, for what is recorded of these. One statement."""
    return [one["id"] for one in await rows(_THINGS, person_id)]


async def _addresses(person_id: UUID) -> list[dict[str, Any]]:
    return [_shown(one) for one in (await addresses_of([person_id])).get(person_id, [])]


def _plain(found: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    return [dict(one) for one in found]


def _shown(facts: object) -> dict[str, Any]:
    hidden = {"owner_id", "user_id", "person_id", "file_path"}
    return {name: known for name, known in vars(facts).items() if name not in hidden}


def _opened(key: PersonKey, found: Mapping[str, Any]) -> dict[str, Any]:
    """The columns, those that are sealed opened and under their plain names. Raises RuntimeError for one that does not."""
    plain: dict[str, Any] = {}
    for column, stored in found.items():
        name = column.removesuffix("_sealed")
        sealed = name != column and stored is not None
        plain[name] = key.open(stored, _SEALED_AS.get(name, name)) if sealed else stored
        if sealed and plain[name] is None:
            raise RuntimeError(f"{column} does not open")
    return plain

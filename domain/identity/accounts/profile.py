"""What people tell of themselves, and in which language and currency they shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.audit.record import record
from domain.channels.known import sold_currencies
from domain.identity.accounts.rules import checked_language, checked_name, checked_shop_currency
from domain.identity.addresses.phones import checked_phone
from domain.identity.events import ProfileUpdated
from domain.identity.personal import PersonKey, person_key
from domain.shared.countries import checked_country
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_LONGEST_TAX_NUMBER = 40
_SEALED = ("name", "phone", "tax_number")
_OPEN = ("language", "currency", "country")
_LOCK = """SELECT version, name_sealed, phone_sealed, tax_number_sealed, language, currency, country
           FROM users WHERE id = $1 AND NOT is_guest FOR NO KEY UPDATE"""


@dataclass(frozen=True)
class UpdateProfile:
    """`changes` holds what is to change, of name, phone, tax_number, language, currency and country; None clears it."""

    changes: Mapping[str, str | None] = field(repr=False)
    expected_version: int | None = None
    key: str | None = None


@use_case
async def update_profile(viewer: Viewer, command: UpdateProfile) -> UUID:
    """Change one's own profile. A phone number without international prefix is read as one of one's country.

    Raises InvalidInput (by the rule "required" for what cannot be cleared), StaleVersion, IdempotencyKeyReused;
    NotAllowed for guests. The language is that of requests which name none, from the next refresh of the session on.
    """
    owner_id = viewer.account()
    if await replayed(viewer, "updateProfile", command, owner_id):
        return owner_id
    before, key = await row(_LOCK, owner_id), await person_key(owner_id)
    if before is None or key is None:
        raise not_found("User", owner_id)
    if command.expected_version is not None and command.expected_version != before["version"]:
        raise StaleVersion(expected=command.expected_version, current=before["version"])
    checked = _checked(command.changes, before["country"], await sold_currencies())
    after = {**_stored(before), **_sealed(checked, key)}
    await _store(owner_id, after)
    await record(
        viewer,
        "updateProfile",
        subject=("user", owner_id),
        before={name: before[name] for name in _OPEN},
        after={name: after[name] for name in _OPEN} | {"changed": sorted(checked)},
    )
    await emit(ProfileUpdated(subject_id=owner_id, sequence=before["version"] + 1))
    return owner_id


def _checked(
    changes: Mapping[str, str | None], country: str | None, currencies: tuple[str, ...]
) -> dict[str, str | None]:
    checked = {name: _form(name, text, currencies) for name, text in changes.items() if name != "phone"}
    if "phone" in changes:
        checked["phone"] = checked_phone(changes["phone"] or "", checked.get("country", country), field="phone") or None
    return checked


def _form(name: str, text: str | None, currencies: tuple[str, ...]) -> str | None:
    match name, text:
        case ("name", str()):
            return checked_name(text)
        case ("language", str()):
            return checked_language(text)
        case ("currency", str()):
            return checked_shop_currency(text, currencies)
        case ("country", str()):
            return checked_country(text, field="country")
        case ("tax_number", str()):
            return printable_line(text, field="taxNumber", longest=_LONGEST_TAX_NUMBER)
        case (("country" | "tax_number"), None):
            return None
    raise InvalidInput(field=name, rule="required")


def _stored(found: Any) -> dict[str, str | None]:
    return {column: found[column] for column in (*(f"{name}_sealed" for name in _SEALED), *_OPEN)}


def _sealed(checked: Mapping[str, str | None], key: PersonKey) -> dict[str, str | None]:
    """By column, as it is stored."""
    return {
        f"{name}_sealed" if name in _SEALED else name: key.seal(text, name) if text and name in _SEALED else text
        for name, text in checked.items()
    }


async def _store(owner_id: UUID, after: Mapping[str, str | None]) -> None:
    await run(
        """UPDATE users SET name_sealed = $2, phone_sealed = $3, tax_number_sealed = $4, language = $5, currency = $6,
                            country = $7, version = version + 1
           WHERE id = $1""",
        owner_id,
        *(after[f"{name}_sealed"] for name in _SEALED),
        *(after[name] for name in _OPEN),
    )

"""Who walks: one of each kind that the rules of access tell apart."""

from dataclasses import dataclass, field
from uuid import UUID

from api.authentication import Credentials, authenticate
from domain.identity.access.permissions import ROLES, Permission
from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.applications.issue_api_keys import CreateApiKey, create_api_key
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.identity.factors.second_factor import MFA
from domain.identity.queries import user
from domain.identity.sessions.sessions import open_session
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer
from tests.factories.identity import a_user
from tests.factories.people import grant

CHANNEL = "main"
OTHER_CHANNEL = "elsewhere"
STAFF = tuple(role for role in ROLES if role not in {"customer", "supplier"})

FOREIGN = ("guest", "stranger", "other_supplier", "other_channel", "other_app", "empty_app")
"""Parties to whom nothing of the owner's belongs: for them it must be as if it did not exist."""

PEOPLE = (
    "owner",
    "stranger",
    *STAFF,
    "channel_staff",
    "other_channel",
    "supplier",
    "other_supplier",
)
COLUMNS = ("anonymous", "guest", *PEOPLE, "app", "other_app", "empty_app")

_APP_SCOPES = (Permission.ORDERS_READ, Permission.ORDERS_SHIP, Permission.ORDERS_DELIVER, Permission.SUPPLIERS_READ)

open_session_now = use_case(open_session)


@dataclass(frozen=True)
class Party:
    """`authorization` is the header that they send."""

    name: str
    viewer: Viewer
    authorization: str | None = field(default=None, repr=False)

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.authorization)


def email_of(party: str) -> str:
    return f"{party}@example.org"


async def parties(supplier_id: UUID, other_supplier_id: UUID) -> dict[str, Party]:
    """By column. The suppliers are that of the owner's lines and one that has nothing to do with them."""
    people = {name: await a_user(email=email_of(name)) for name in PEOPLE}
    for role in STAFF:
        await grant(people[role], role)
    await grant(people["supplier"], "supplier", supplier_id=supplier_id)
    await grant(people["other_supplier"], "supplier", supplier_id=other_supplier_id)
    await grant(people["channel_staff"], "administrator", channel=CHANNEL)
    await grant(people["other_channel"], "administrator", channel=OTHER_CHANNEL)
    guest = await start_guest_session(StartGuestSession("en", "EUR", "DE"))
    found = {
        "anonymous": await _party("anonymous", None),
        "guest": await _party("guest", f"Bearer {guest.access_token}"),
    }
    for name, user_id in people.items():
        found[name] = await signed_in(name, user_id)
    author = found["administrator"].viewer
    for name, owner, scopes in (
        ("app", supplier_id, _APP_SCOPES),
        ("other_app", other_supplier_id, _APP_SCOPES),
        ("empty_app", None, (Permission.OPERATIONS_READ,)),
    ):
        found[name] = await _party(name, f"Bearer {await _api_key(author, name, owner, scopes)}")
    return {name: found[name] for name in COLUMNS}


async def signed_in(name: str, user_id: UUID) -> Party:
    """With a fresh token, on one more device, by two factors."""
    found = await user(user_id)
    assert found is not None
    tokens = await open_session_now(found, ("pwd", "otp", MFA))
    return await _party(name, f"Bearer {tokens.access_token}")


async def _party(name: str, authorization: str | None) -> Party:
    return Party(name, await authenticate(Credentials(authorization)), authorization)


async def _api_key(author: Viewer, name: str, supplier_id: UUID | None, scopes: tuple[str, ...]) -> str:
    """Of an application with no more than `scopes`; a key must have one, so the one without any has what opens nothing."""
    application_id = await register_application(author, RegisterApplication(name, scopes, supplier_id=supplier_id))
    issued = await create_api_key(author, CreateApiKey(application_id, scopes))
    assert issued.text is not None
    return issued.text

"""Registering a partner's program."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.channels.known import require_channel
from domain.identity.access.rights import require_may_grant
from domain.identity.accounts.rules import checked_name
from domain.identity.applications.application_rules import checked_scopes
from domain.identity.applications.applications import require_may_manage
from domain.identity.events import ApplicationRegistered
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class RegisterApplication:
    """Its scopes hold everywhere, or only for one channel, one supplier, or both. That is fixed for good."""

    name: str
    scopes: tuple[str, ...]
    channel: str | None = None
    supplier_id: UUID | None = None
    key: str | None = None


@use_case
async def register_application(viewer: Viewer, command: RegisterApplication) -> UUID:
    """The new application's id, which is its OAuth client id too. It has no keys yet, so it cannot log in.

    Raises NotAllowed, CannotGrant for scopes that the viewer does not hold within the same limits, InvalidInput, and
    NotFound for a supplier that does not exist.
    """
    await require_may_manage(viewer, channel=command.channel, supplier_id=command.supplier_id)
    application_id = new_id()
    earlier = await replayed(viewer, "registerApplication", command, application_id)
    if earlier is not None:
        return earlier
    name, scopes = checked_name(command.name), checked_scopes(command.scopes)
    if command.channel is not None:
        await require_channel(command.channel)
    if command.supplier_id is not None:
        await _require_supplier(command.supplier_id)
    await require_may_grant(viewer, scopes, channel=command.channel, supplier_id=command.supplier_id)
    await _insert(viewer, application_id, command, name, scopes)
    return application_id


async def _require_supplier(supplier_id: UUID) -> None:
    if not await value("SELECT EXISTS (SELECT FROM supplier WHERE id = $1)", supplier_id):
        raise not_found("Supplier", supplier_id)


async def _insert(
    viewer: Viewer, application_id: UUID, command: RegisterApplication, name: str, scopes: tuple[str, ...]
) -> None:
    await run(
        """INSERT INTO application (id, name, scopes, channel, supplier_id, version, created_by, created_at)
           VALUES ($1, $2, $3, $4, $5, 1, $6, $7)""",
        application_id,
        name,
        orjson.dumps(scopes).decode(),
        command.channel,
        command.supplier_id,
        viewer.user_id,
        now(),
    )
    shown = {"name": name, "scopes": scopes, "channel": command.channel, "supplier_id": command.supplier_id}
    await record(viewer, "registerApplication", subject=("application", application_id), after=shown)
    await emit(ApplicationRegistered(subject_id=application_id, sequence=1))

"""Partner applications while they are being changed: one lock, one check of rights, one version for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.identity.access.rights import require_may_grant, rights_now
from domain.identity.applications.application_rules import suppliers_of
from domain.shared.database import row, value
from domain.shared.errors import NotAllowed, NotFound, not_found
from domain.shared.outbox import Event, emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

_OWNERS = {
    "ApplicationKey": "SELECT application_id FROM application_key WHERE id = $1",
    "ApiKey": "SELECT application_id FROM api_key WHERE id = $1",
}


@dataclass(frozen=True)
class Application:
    """As it stands in the database, locked by whoever holds this."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    channel: str | None
    supplier_id: UUID | None
    version: int
    is_disabled: bool


@dataclass(frozen=True)
class Change:
    """What is told of a change: `event` makes the event once it is given subject and sequence.

    `subject` is for the audit log: the application itself, or the key that was changed.
    """

    action: str
    subject: tuple[str, UUID]
    event: Callable[..., Event]
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


async def require_may_manage(viewer: Viewer, *, channel: str | None, supplier_id: UUID | None) -> None:
    """Raise NotAllowed unless the viewer may, at this moment, manage applications within these limits."""
    rights, permission = await rights_now(viewer), Permission.APPLICATIONS_WRITE
    if not rights.may_for(permission, channel=channel, suppliers=suppliers_of(supplier_id)):
        raise NotAllowed(permission=permission)


async def locked_application(viewer: Viewer, application_id: UUID) -> Application:
    """The application, for the viewer to change until the transaction ends.

    Raises NotSignedIn or NotAllowed when the viewer manages none, NotFound for those beyond the viewer's limits.
    """
    require_transaction("locked_application")
    rights, permission = await rights_now(viewer), Permission.APPLICATIONS_WRITE
    rights.require_somewhere(permission)
    found = await row(
        """SELECT id, name, scopes, channel, supplier_id, version, disabled_at IS NOT NULL AS is_disabled
           FROM application WHERE id = $1 FOR UPDATE""",
        application_id,
    )
    if found is None or not rights.may_for(
        permission, channel=found["channel"], suppliers=suppliers_of(found["supplier_id"])
    ):
        raise not_found("Application", application_id)
    return Application(**{**found, "scopes": tuple(orjson.loads(found["scopes"]))})


async def locked_application_of(viewer: Viewer, kind: Literal["ApplicationKey", "ApiKey"], key_id: UUID) -> Application:
    """The application that a key belongs to, as `locked_application`. Raises NotFound for the key where it would."""
    application_id: UUID | None = await value(_OWNERS[kind], key_id)
    try:
        return await locked_application(viewer, application_id or key_id)
    except NotFound:
        raise not_found(kind, key_id) from None


async def require_may_hand_out(viewer: Viewer, application: Application, scopes: tuple[str, ...]) -> None:
    """Raise CannotGrant unless the viewer holds `scopes` within the application's limits.

    Whoever gives a program a way to use them could use them through it.
    """
    await require_may_grant(viewer, scopes, channel=application.channel, supplier_id=application.supplier_id)


async def keep_change(viewer: Viewer, application_id: UUID, change: Change) -> None:
    """Give the application its next version, and leave the audit entry and the event of the change."""
    version: int = await value(
        "UPDATE application SET version = version + 1 WHERE id = $1 RETURNING version", application_id
    )
    await record(viewer, change.action, subject=change.subject, before=change.before, after=change.after)
    await emit(change.event(subject_id=application_id, sequence=version))

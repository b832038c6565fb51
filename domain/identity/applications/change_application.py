"""Changing what a partner's program is called and may do, and switching it off and on."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.identity.accounts.rules import checked_name
from domain.identity.applications.application_rules import checked_scopes
from domain.identity.applications.applications import (
    Application,
    Change,
    keep_change,
    locked_application,
    require_may_hand_out,
)
from domain.identity.events import ApplicationDisabled, ApplicationEnabled, ApplicationUpdated
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import StaleVersion
from domain.shared.idempotency import replayed
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class UpdateApplication:
    """What is None stays as it is."""

    application_id: UUID
    expected_version: int
    name: str | None = None
    scopes: tuple[str, ...] | None = None
    key: str | None = None


@dataclass(frozen=True)
class SwitchApplication:
    application_id: UUID
    key: str | None = None


@use_case
async def update_application(viewer: Viewer, command: UpdateApplication) -> UUID:
    """Where the scopes change, the application's tokens are refused within seconds; it logs in again.

    Raises NotAllowed, NotFound, StaleVersion, CannotGrant for scopes that the viewer would add and does not hold,
    InvalidInput.
    """
    application = await locked_application(viewer, command.application_id)
    earlier = await replayed(viewer, "updateApplication", command, application.id)
    if earlier is not None:
        return earlier
    if command.expected_version != application.version:
        raise StaleVersion(expected=command.expected_version, current=application.version)
    name = application.name if command.name is None else checked_name(command.name)
    scopes = application.scopes if command.scopes is None else checked_scopes(command.scopes)
    await require_may_hand_out(viewer, application, tuple(set(scopes) - set(application.scopes)))
    if (name, scopes) != (application.name, application.scopes):
        await _update(viewer, application, name, scopes)
    return application.id


@use_case
async def disable_application(viewer: Viewer, command: SwitchApplication) -> UUID:
    """Its tokens and keys are refused within seconds, until it is enabled again. Raises NotAllowed, NotFound."""
    application = await locked_application(viewer, command.application_id)
    earlier = await replayed(viewer, "disableApplication", command, application.id)
    if earlier is not None or application.is_disabled:
        return application.id
    await run("UPDATE application SET disabled_at = $2 WHERE id = $1", application.id, now())
    await cut_off(application.id)
    change = Change("disableApplication", ("application", application.id), ApplicationDisabled)
    await keep_change(viewer, application.id, change)
    return application.id


@use_case
async def enable_application(viewer: Viewer, command: SwitchApplication) -> UUID:
    """Its keys work again. Raises NotAllowed, NotFound, CannotGrant for scopes that the viewer does not hold."""
    application = await locked_application(viewer, command.application_id)
    earlier = await replayed(viewer, "enableApplication", command, application.id)
    if earlier is not None or not application.is_disabled:
        return application.id
    await require_may_hand_out(viewer, application, application.scopes)
    await run("UPDATE application SET disabled_at = NULL WHERE id = $1", application.id)
    change = Change("enableApplication", ("application", application.id), ApplicationEnabled)
    await keep_change(viewer, application.id, change)
    return application.id


async def _update(viewer: Viewer, application: Application, name: str, scopes: tuple[str, ...]) -> None:
    encoded = orjson.dumps(scopes).decode()
    await run("UPDATE application SET name = $2, scopes = $3 WHERE id = $1", application.id, name, encoded)
    if scopes != application.scopes:
        await cut_off(application.id)
    change = Change(
        "updateApplication",
        ("application", application.id),
        ApplicationUpdated,
        before={"name": application.name, "scopes": application.scopes},
        after={"name": name, "scopes": scopes},
    )
    await keep_change(viewer, application.id, change)

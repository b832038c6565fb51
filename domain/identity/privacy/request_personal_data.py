"""Asking for a copy of everything that is known of a person, which a worker then makes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.identity.access.rights import require_no_more_rights
from domain.identity.errors import TooManyAttempts
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.privacy.privacy_requests import RequestKind, add_request, open_request, whose
from domain.shared.clock import now
from domain.shared.database import value
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

A_DAY = timedelta(days=1)
MOST_A_DAY = 5


@dataclass(frozen=True)
class RequestPersonalData:
    """Of oneself where no person is named. `password` is that of who asks."""

    person_id: UUID | None = None
    password: str | None = field(default=None, repr=False)
    key: str | None = None


async def request_personal_data(viewer: Viewer, command: RequestPersonalData) -> UUID:
    """The id of the request; that of the one before while that waits to be carried out.

    For others with `privacy.write`, unless they hold more rights. Guests have nothing to prove who they are with but
    their session. Raises what `require_recent_log_in` raises; NotAllowed, HoldsMoreRights, NotFound, TooManyAttempts
    after five in a day, IdempotencyKeyReused.
    """
    person_id = whose(viewer, command.person_id)
    if not viewer.is_guest:
        await require_recent_log_in(viewer, command.password)
    return await _request(viewer, replace(command, person_id=person_id, password=None))


@use_case
async def _request(viewer: Viewer, command: RequestPersonalData) -> UUID:
    """The command comes without its password: the idempotency table would keep a fast hash of it."""
    person_id, request_id = whose(viewer, command.person_id), new_id()
    if person_id != viewer.user_id:
        await require_no_more_rights(viewer, person_id)
    waiting = await open_request(person_id, RequestKind.EXPORT, viewer.user_id)
    if earlier := await replayed(viewer, "requestPersonalData", command, waiting or request_id):
        return earlier
    if waiting is not None:
        return waiting
    await _require_within_limit(person_id, viewer.user_id)
    await add_request(viewer, request_id, person_id, RequestKind.EXPORT)
    return request_id


async def _require_within_limit(person_id: UUID, requested_by: UUID | None) -> None:
    fifth: datetime | None = await value(
        """SELECT requested_at FROM privacy_request
           WHERE user_id = $1 AND kind = 'export' AND requested_by = $2 AND requested_at > $3
           ORDER BY requested_at DESC OFFSET $4 LIMIT 1""",
        person_id,
        requested_by,
        now() - A_DAY,
        MOST_A_DAY - 1,
    )
    if fifth is not None:
        raise TooManyAttempts(retry_after_seconds=1 + int((fifth + A_DAY - now()).total_seconds()))

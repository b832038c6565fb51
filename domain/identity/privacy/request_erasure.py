"""Asking that a person be forgotten, which a worker then does. It cannot be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.identity.access.rights import require_no_more_rights, require_other_administrator
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.privacy.erase import Obstacle
from domain.identity.privacy.privacy_requests import RequestKind, add_request, open_request, whose
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class RequestErasure:
    """Of oneself where no person is named. `password` is that of who asks."""

    person_id: UUID | None = None
    password: str | None = field(default=None, repr=False)
    key: str | None = None


async def request_erasure(viewer: Viewer, command: RequestErasure, obstacles: Sequence[Obstacle]) -> UUID:
    """The id of the request; that of the one before while that waits to be carried out.

    For others with `privacy.write`, unless they hold more rights. Guests have nothing to prove who they are with but
    their session. Raises what `require_recent_log_in` raises; NotAllowed, HoldsMoreRights, LastAdministrator, NotFound,
    IdempotencyKeyReused, and what the obstacles raise.
    """
    person_id = whose(viewer, command.person_id)
    if not viewer.is_guest:
        await require_recent_log_in(viewer, command.password)
    return await _request(viewer, replace(command, person_id=person_id, password=None), obstacles)


@use_case
async def _request(viewer: Viewer, command: RequestErasure, obstacles: Sequence[Obstacle]) -> UUID:
    """The command comes without its password: the idempotency table would keep a fast hash of it."""
    person_id, request_id = whose(viewer, command.person_id), new_id()
    if person_id != viewer.user_id:
        await require_no_more_rights(viewer, person_id)
    await require_other_administrator(person_id)
    waiting = await open_request(person_id, RequestKind.ERASURE, viewer.user_id)
    if earlier := await replayed(viewer, "requestErasure", command, waiting or request_id):
        return earlier
    for require in obstacles:
        await require(person_id)
    if waiting is None:
        await add_request(viewer, request_id, person_id, RequestKind.ERASURE)
    return waiting or request_id

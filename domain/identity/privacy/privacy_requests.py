"""What people asked for about their data: a copy of it, or that they be forgotten. Here each request is kept and found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.identity.events import ErasureRequested, PersonalDataRequested
from domain.shared.clock import now
from domain.shared.database import row, rows, run, value
from domain.shared.deadletters import try_again
from domain.shared.errors import not_found
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class RequestFacts:
    """`reason` is the code of a refusal; `requested_by` is None for the platform. The file is there until `expires_at`."""

    id: UUID
    person_id: UUID
    requested_by: UUID | None
    kind: RequestKind
    state: RequestState
    reason: str | None
    file_path: str | None
    requested_at: datetime
    done_at: datetime | None
    expires_at: datetime | None

    @property
    def has_file(self) -> bool:
        return self.file_path is not None and self.expires_at is not None and self.expires_at > now()

    def is_for(self, viewer: Viewer) -> bool:
        """Whether the file is theirs: the person's, and the staff's who asked, as long as they may ask."""
        if viewer.user_id is None:
            return False
        asked = viewer.user_id == self.requested_by and viewer.may(Permission.PRIVACY_WRITE)
        return viewer.user_id == self.person_id or asked


_ACTIONS = {
    RequestKind.EXPORT: ("requestPersonalData", PersonalDataRequested),
    RequestKind.ERASURE: ("requestErasure", ErasureRequested),
}
_COLUMNS = """SELECT id, user_id AS person_id, requested_by, kind, state, reason, file_path, requested_at, done_at,
                     expires_at FROM privacy_request"""


def whose(viewer: Viewer, person_id: UUID | None) -> UUID:
    """The person whom a request is about: the viewer where nobody is named.

    Raises NotSignedIn, and NotAllowed for somebody else without `privacy.write`.
    """
    own = viewer.signed_in()
    if person_id is None or person_id == own:
        return own
    viewer.require(Permission.PRIVACY_WRITE)
    return person_id


async def open_request(person_id: UUID, kind: RequestKind, requested_by: UUID | None) -> UUID | None:
    """The same request, where it waits to be carried out already; where workers had given it up, they try it again.

    The person is locked until the transaction ends. Raises NotFound for somebody unknown or erased.
    """
    require_transaction("open_request")
    if await value("SELECT id FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE", person_id) is None:
        raise not_found("User", person_id)
    found: UUID | None = await value(
        """SELECT id FROM privacy_request WHERE user_id = $1 AND kind = $2 AND state = 'requested'
           AND requested_by IS NOT DISTINCT FROM $3""",
        person_id,
        kind,
        requested_by,
    )
    if found is not None:
        await try_again(_ACTIONS[kind][1].kind, found)
    return found


async def add_request(viewer: Viewer, request_id: UUID, person_id: UUID, kind: RequestKind) -> None:
    """Store a request that is to be carried out, audited and told of."""
    require_transaction("add_request")
    await run(
        """INSERT INTO privacy_request (id, user_id, requested_by, kind, state, requested_at)
           VALUES ($1, $2, $3, $4, 'requested', $5)""",
        request_id,
        person_id,
        viewer.user_id,
        kind,
        now(),
    )
    action, event = _ACTIONS[kind]
    await record(viewer, action, subject=("user", person_id), after={"request_id": request_id})
    await emit(event(subject_id=request_id, sequence=1))


async def close_request(
    request_id: UUID, state: RequestState, *, reason: str | None = None, expires_at: datetime | None = None
) -> None:
    require_transaction("close_request")
    await run(
        "UPDATE privacy_request SET state = $2, reason = $3, done_at = $4, expires_at = $5 WHERE id = $1",
        request_id,
        state,
        reason,
        now(),
        expires_at,
    )


async def waiting_request(request_id: UUID, kind: RequestKind) -> RequestFacts | None:
    """The request, its row locked when a transaction is open; None when it was carried out or refused before."""
    found = await row(f"{_COLUMNS} WHERE id = $1 AND kind = $2 AND state = 'requested' FOR UPDATE", request_id, kind)
    return None if found is None else _facts(found)


async def privacy_request(viewer: Viewer, request_id: UUID) -> RequestFacts | None:
    """One's own, and any for who has `privacy.write`; None for others."""
    found = await row(f"{_COLUMNS} WHERE id = $1", request_id)
    if found is None or (found["person_id"] != viewer.user_id and not viewer.may(Permission.PRIVACY_WRITE)):
        return None
    return _facts(found)


async def privacy_requests_of(person_ids: Sequence[UUID]) -> dict[UUID, list[RequestFacts]]:
    """By person, newest first. One statement."""
    known: dict[UUID, list[RequestFacts]] = {}
    for found in await rows(
        f"{_COLUMNS} WHERE user_id = ANY($1) ORDER BY requested_at DESC, id DESC", list(person_ids)
    ):
        known.setdefault(found["person_id"], []).append(_facts(found))
    return known


def _facts(found: asyncpg.Record) -> RequestFacts:
    return RequestFacts(**{**found, "kind": RequestKind(found["kind"]), "state": RequestState(found["state"])})

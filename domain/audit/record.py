"""The audit entry of a write, in the transaction of that write."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.logs import request_id
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def record(
    viewer: Viewer,
    action: str,
    *,
    subject: tuple[str, UUID],
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Store that `viewer` did `action` to `subject` (its type and id). Values must hold no personal data and no secret."""
    require_transaction("record")
    await run(
        """INSERT INTO audit_entry (id, at, actor_id, action, subject_type, subject_id, before, after, request_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        new_id(),
        now(),
        viewer.user_id,
        action,
        subject[0],
        subject[1],
        _json(before),
        _json(after),
        request_id(),
    )


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else orjson.dumps(values, default=str).decode()

"""What follows when somebody gets or loses a second factor."""

from uuid import UUID

import orjson

from domain.identity.events import FactorAdded, FactorRemoved
from domain.identity.factors.second_factor import MFA, factors_of
from domain.identity.sessions.cutoffs import cut_off
from domain.identity.sessions.sessions import end_sessions_of
from domain.shared.database import run, value
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def note_added(viewer: Viewer, method: str, *, proved: str, is_first: bool) -> None:
    """Tell of a new factor. The present session has shown it by this: its next access token says so.

    `proved` is the name by RFC 8176. The first factor ends the person's other sessions, for these have shown none.
    """
    require_transaction("note_added")
    user_id = viewer.signed_in()
    await run(
        """UPDATE session SET methods = (SELECT jsonb_agg(DISTINCT one)
                                         FROM jsonb_array_elements(session.methods || $2::jsonb) AS given (one))
           WHERE id = $1 AND user_id = $3""",
        viewer.session_id,
        orjson.dumps([proved, MFA]).decode(),
        user_id,
    )
    if is_first:
        await end_sessions_of(viewer, user_id, "factor_added", except_session=viewer.session_id)
    await emit(FactorAdded(subject_id=user_id, sequence=await _next_version(user_id), method=method))


async def note_removed(viewer: Viewer, user_id: UUID, method: str) -> None:
    """Tell that a factor is gone. Every session of the person ends but the present one: it may have been opened by it.

    With the last factor go the recovery codes, and the present session no more counts as having shown two.
    """
    require_transaction("note_removed")
    await end_sessions_of(viewer, user_id, "factor_removed", except_session=viewer.session_id)
    if not (await factors_of(user_id)).methods:
        await run("DELETE FROM recovery_code WHERE user_id = $1", user_id)
        await run("UPDATE session SET methods = methods - $2 WHERE user_id = $1", user_id, MFA)
        if settings().staff_second_factor:
            await cut_off(user_id)
    await emit(FactorRemoved(subject_id=user_id, sequence=await _next_version(user_id), method=method))


async def _next_version(user_id: UUID) -> int:
    found: int = await value("UPDATE users SET version = version + 1 WHERE id = $1 RETURNING version", user_id)
    return found

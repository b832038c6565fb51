"""A new password in the place of whatever was there."""

from uuid import UUID

from domain.audit.record import record
from domain.identity.events import PasswordChanged
from domain.identity.sessions.sessions import end_sessions_of
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import not_found
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def set_password(
    viewer: Viewer, user_id: UUID, password_hash: str, *, action: str, keep_session: UUID | None = None
) -> None:
    """What the old password opened is closed: devices, half-finished log-ins, mailed links, changes of address.

    Only `keep_session` stays signed in. Second factors stay as they are, and a passkey logs in without any password: who
    might have added one by the old password is put out by `remove_recent_factors`. `action` is what the audit log calls
    it. Raises NotFound for somebody who is suspended or erased.
    """
    require_transaction("set_password")
    found = await row(
        """UPDATE users SET password_hash = $2, invited_at = NULL, version = version + 1
           WHERE id = $1 AND suspended_at IS NULL AND erased_at IS NULL RETURNING version, email_hash""",
        user_id,
        password_hash,
    )
    if found is None:
        raise not_found("User", user_id)
    await _void(user_id, found["email_hash"])
    await end_sessions_of(viewer, user_id, "password_changed", except_session=keep_session)
    await record(viewer, action, subject=("user", user_id))
    await emit(PasswordChanged(subject_id=user_id, sequence=found["version"]))


async def _void(user_id: UUID, email_hash: str | None) -> None:
    await run("UPDATE log_in_attempt SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", user_id, now())
    await run("DELETE FROM email_change WHERE user_id = $1 AND done_at IS NULL", user_id)
    await run(
        """UPDATE mail_link SET used_at = $3
           WHERE used_at IS NULL AND ((purpose = 'reset_password' AND email_hash = $2)
                                      OR (purpose = 'accept_invitation' AND subject_id = $1))""",
        user_id,
        email_hash,
        now(),
    )

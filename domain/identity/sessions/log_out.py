"""Signing a device out."""

from uuid import UUID

from domain.identity.sessions.sessions import end_session, refresh_token_hash
from domain.shared.database import row
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@use_case
async def log_out(viewer: Viewer, refresh_token: str | None = None) -> UUID | None:
    """End the session of the viewer's access token, and the one of the refresh token, which is the same as a rule.

    Returns its id, None where the refresh token is of no session that goes on. Again changes nothing. Without a refresh
    token, raises NotSignedIn for nobody and NotAllowed for an application.
    """
    if refresh_token is None:
        viewer.signed_in()
    refreshed = None if refresh_token is None else await _end_refreshed(refresh_token)
    if viewer.session_id is not None:
        await end_session(viewer, viewer.session_id, "logged_out")
    return viewer.session_id or refreshed


async def _end_refreshed(refresh_token: str) -> UUID | None:
    """Whoever has a token that can refresh the session may end it. One that was used up may not: it may be stolen."""
    found = await row(
        """SELECT session.id, session.user_id FROM refresh_token JOIN session ON session.id = refresh_token.session_id
           WHERE token_hash = $1 AND used_at IS NULL AND ended_at IS NULL""",
        refresh_token_hash(refresh_token),
    )
    if found is None:
        return None
    session_id: UUID = found["id"]
    await end_session(Viewer(user_id=found["user_id"]), session_id, "logged_out")
    return session_id

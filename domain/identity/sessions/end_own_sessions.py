"""Signing one's own devices out, from any of them."""

from uuid import UUID

from domain.identity.sessions.sessions import end_session, end_sessions_of
from domain.shared.database import value
from domain.shared.errors import not_found
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@use_case
async def end_own_session(viewer: Viewer, session_id: UUID) -> bool:
    """Its tokens work no more: the refresh token at once, the access token within seconds. False if it had ended before.

    Raises NotFound for a session that is not the viewer's, and NotSignedIn.
    """
    owner_id: UUID | None = await value("SELECT user_id FROM session WHERE id = $1", session_id)
    if owner_id != viewer.signed_in():
        raise not_found("Session", session_id)
    return await end_session(viewer, session_id, "ended_by_owner")


@use_case
async def end_own_sessions(viewer: Viewer, *, except_this: bool) -> int:
    """All of the viewer's, or all but the one that asks. Returns how many were ended. Raises NotSignedIn."""
    kept = viewer.session_id if except_this else None
    return await end_sessions_of(viewer, viewer.signed_in(), "ended_by_owner", except_session=kept)

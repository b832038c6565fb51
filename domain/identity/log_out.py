"""Signing a device out."""

from domain.identity.sessions import end_session
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@use_case
async def log_out(viewer: Viewer) -> None:
    """End the session of the viewer's token: its refresh token works no more. Again changes nothing. Raises NotSignedIn."""
    viewer.signed_in()
    if viewer.session_id is not None:
        await end_session(viewer, viewer.session_id, "logged_out")

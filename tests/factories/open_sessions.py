"""Whether a device is still signed in."""

from uuid import UUID

from domain.shared.database import value


async def session_is_open(session_id: UUID) -> bool:
    """False once the device was signed out, or its refresh token was used twice; and where there is none."""
    return bool(await value("SELECT ended_at IS NULL FROM session WHERE id = $1", session_id))

"""How many keys an application may have at once."""

from typing import Literal
from uuid import UUID

from domain.identity.applications.application_rules import MOST_KEYS
from domain.identity.errors import TooManyKeys
from domain.shared.clock import now
from domain.shared.database import value


async def require_room(keys: Literal["api_key", "application_key"], application_id: UUID) -> None:
    """Raises TooManyKeys when as many keys of this kind are in use as may be. The application's row must be locked."""
    used: int = await value(
        f"SELECT count(*) FROM {keys} WHERE application_id = $1 AND (ends_at IS NULL OR ends_at > $2)",
        application_id,
        now(),
    )
    if used >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)

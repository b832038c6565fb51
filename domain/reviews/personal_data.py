"""What somebody has said of what they bought, for the copy of their data."""

from typing import Any
from uuid import UUID

from domain.shared.database import rows


async def personal_data(person_id: UUID) -> list[dict[str, Any]]:
    """Every review, oldest first."""
    found = await rows(
        """SELECT id, product_id, rating, title, body, author_name, language, state, note, created_at, updated_at
           FROM review WHERE author_id = $1 ORDER BY created_at, id""",
        person_id,
    )
    return [dict(one) for one in found]


async def review_ids_of(person_id: UUID) -> list[UUID]:
    """For what is recorded of the reviews."""
    return [one["id"] for one in await rows("SELECT id FROM review WHERE author_id = $1 ORDER BY id", person_id)]

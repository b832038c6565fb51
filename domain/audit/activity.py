"""Who did anything lately."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.shared.database import rows


async def acted_since(people: Sequence[UUID], moment: datetime) -> set[UUID]:
    """Which of `people` have done anything that is recorded since `moment`, a log-in included. One statement."""
    found = await rows(
        """SELECT id FROM unnest($1::uuid[]) AS people(id)
           WHERE EXISTS (SELECT FROM audit_entry WHERE actor_id = people.id AND at >= $2)""",
        list(people),
        moment,
    )
    return {one["id"] for one in found}

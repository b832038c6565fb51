"""What somebody imported and exported, for the copy of their data. The files hold goods, not people."""

from typing import Any
from uuid import UUID

from domain.shared.database import rows

_JOBS = """SELECT id, direction, subject, format, layout, state, requested_at, finished_at FROM bulk_job
           WHERE requested_by = $1 ORDER BY id"""


async def personal_data(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The imports and exports that they asked for."""
    return {"imports_and_exports": [dict(one) for one in await rows(_JOBS, person_id)]}


async def bulk_job_ids_of(person_id: UUID) -> list[UUID]:
    """For what is recorded of them."""
    return [one["id"] for one in await rows("SELECT id FROM bulk_job WHERE requested_by = $1 ORDER BY id", person_id)]

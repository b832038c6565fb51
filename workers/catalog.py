"""What follows from changes of the catalogue, later."""

from uuid import UUID

from domain.catalog.listing import concerned
from workers.consume import consumer


@consumer("refresh_concerned", queue="bulk")
async def refresh_concerned(event_id: UUID, subject_id: UUID) -> None:
    await concerned.refresh_concerned(event_id, subject_id)

"""Pictures, later: fetched, made small, and their files deleted."""

from uuid import UUID

from domain.catalog.media import make_picture as making
from domain.catalog.media import remove
from workers.consume import consumer


@consumer("make_picture", queue="bulk")
async def make_picture(event_id: UUID, media_id: UUID) -> None:
    await making.make_picture(event_id, media_id)


@consumer("delete_picture", queue="bulk")
async def delete_picture(event_id: UUID, media_id: UUID) -> None:
    await remove.delete_picture(event_id, media_id)

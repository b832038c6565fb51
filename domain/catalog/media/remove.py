"""Removing pictures, and then their files."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain.audit.record import record
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.change import owner_of
from domain.catalog.media.events import MediaRemoved
from domain.catalog.media.kept_files import ROOT, forget_files
from domain.catalog.media.owners import let_wait
from domain.catalog.texts.store import remove_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.files import folders_in
from domain.shared.idempotency import replayed
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

CONSUMER = "delete_picture"
_CHUNK = 500


@dataclass(frozen=True)
class RemoveMedia:
    media_id: UUID
    key: str | None = None


@use_case
async def remove_media(viewer: Viewer, command: RemoveMedia) -> UUID:
    """The id of the picture that was. Raises NotSignedIn, NotAllowed, NotFound, IdempotencyKeyReused."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "removeMedia", command, command.media_id):
        return earlier
    owner = await owner_of(viewer, command.media_id)
    [gone] = await rows("DELETE FROM media WHERE id = $1 RETURNING version", command.media_id)
    await remove_texts([command.media_id])
    await emit(MediaRemoved(subject_id=command.media_id, sequence=gone["version"] + 1, product_id=owner.id))
    await record(viewer, "removeMedia", subject=("media", command.media_id), before={"product_id": owner.id})
    await let_wait(viewer, [owner])
    await refresh_listings([owner.id])
    return command.media_id


async def delete_picture(event_id: UUID, media_id: UUID) -> None:
    """For media.removed: delete its files. Harmless to run again."""
    await forget_files(media_id)
    await _settle(event_id)


async def clear_orphans(before: datetime) -> int:
    """Delete the files of pictures that are not there, where their ids were made by `before`: what a crash left between
    storing a file and its row, and what a worker stored for a picture that was removed meanwhile.

    Returns how many files.
    """
    old = [one for one in map(_id_of, await folders_in(ROOT)) if one is not None and _made_at(one) <= before]
    gone: list[UUID] = []
    for start in range(0, len(old), _CHUNK):
        asked = old[start : start + _CHUNK]
        there = {one["id"] for one in await rows("SELECT id FROM media WHERE id = ANY($1)", asked)}
        gone += [one for one in asked if one not in there]
    return sum([await forget_files(media_id) for media_id in gone])


@use_case
async def _settle(event_id: UUID) -> None:
    await first_time(CONSUMER, event_id)


def _id_of(folder: str) -> UUID | None:
    try:
        return UUID(folder)
    except ValueError:
        return None


def _made_at(media_id: UUID) -> datetime:
    """When a UUIDv7 was made: its first 48 bits are milliseconds (RFC 9562)."""
    return datetime.fromtimestamp((media_id.int >> 80) / 1000, UTC)

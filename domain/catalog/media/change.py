"""Changing what a picture is called and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record, record_many
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.alt_texts import AltText, checked_alt_texts
from domain.catalog.media.events import MediaChanged
from domain.catalog.media.owners import Owner, let_wait, locked_owner, locked_owners
from domain.catalog.texts.store import store_texts
from domain.shared.database import row, rows
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit, emit_many
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class UpdateMedia:
    """`position` counts from 0 among the product's pictures. What is None or not given stays as it is."""

    media_id: UUID
    alt: tuple[AltText, ...] = ()
    position: int | None = None
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class ReorderMedia:
    """`media_ids` are all pictures of the product, in their new order."""

    product_id: UUID
    media_ids: tuple[UUID, ...]
    key: str | None = None


@use_case
async def update_media(viewer: Viewer, command: UpdateMedia) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion, IdempotencyKeyReused."""
    owner = await owner_of(viewer, command.media_id)
    changes = await checked_alt_texts(command.media_id, command.alt)
    if earlier := await replayed(viewer, "updateMedia", command, command.media_id):
        return earlier
    found = await _current(command)
    moved = [] if command.position is None else await _move(owner, command.media_id, command.position)
    stored = await store_texts(changes)
    if not any(stored) and not moved:
        return command.media_id
    version = found["version"] + 1
    await rows("UPDATE media SET version = $2 WHERE id = $1", command.media_id, version)
    after = {"languages": [one.language for one in changes], "position": command.position}
    await record(viewer, "updateMedia", subject=("media", command.media_id), after=after)
    await emit(MediaChanged(subject_id=command.media_id, sequence=version, product_id=owner.id))
    await _refresh(viewer, owner)
    return command.media_id


@use_case
async def reorder_media(viewer: Viewer, command: ReorderMedia) -> UUID:
    """The product's id. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, IdempotencyKeyReused."""
    owner = await locked_owner(viewer, command.product_id)
    if earlier := await replayed(viewer, "reorderMedia", command, owner.id):
        return earlier
    known = {one["id"] for one in await _in_order(owner)}
    if len(command.media_ids) != len(known) or set(command.media_ids) != known:
        raise InvalidInput(field="mediaIds", rule="allOnce", limit=str(len(known)))
    moved = await _place(command.media_ids)
    if moved:
        done = [(("media", one["id"]), {"position": one["position"]}) for one in moved]
        await record_many(viewer, "reorderMedia", done)
        events = [MediaChanged(subject_id=one["id"], sequence=one["version"], product_id=owner.id) for one in moved]
        await emit_many(events)
        await _refresh(viewer, owner)
    return owner.id


async def owner_of(viewer: Viewer, media_id: UUID) -> Owner:
    """The picture's product, locked. Raises NotSignedIn, NotAllowed, and NotFound also for somebody else's."""
    found = await rows("SELECT product_id FROM media WHERE id = $1", media_id)
    owners = await locked_owners(viewer, [one["product_id"] for one in found])
    if not owners or not await rows("SELECT FROM media WHERE id = $1", media_id):  # it may have gone while we waited
        raise not_found("Media", media_id)
    return next(iter(owners.values()))


async def _current(command: UpdateMedia) -> asyncpg.Record:
    """The picture, locked."""
    found = await row("SELECT version FROM media WHERE id = $1 FOR UPDATE", command.media_id)
    if found is None:
        raise not_found("Media", command.media_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    return found


async def _move(owner: Owner, media_id: UUID, position: int) -> Sequence[asyncpg.Record]:
    """Those that stand elsewhere now. The others close up and make room."""
    known = [one["id"] for one in await _in_order(owner)]
    if not 0 <= position < len(known):
        raise InvalidInput(field="position", rule="range", limit=f"0..{len(known) - 1}")
    known.remove(media_id)
    known.insert(position, media_id)
    return await _place(known)


async def _in_order(owner: Owner) -> list[asyncpg.Record]:
    return await rows("SELECT id FROM media WHERE product_id = $1 ORDER BY position, id FOR UPDATE", owner.id)


async def _place(media_ids: Sequence[UUID]) -> list[asyncpg.Record]:
    return await rows(
        """UPDATE media m SET position = g.position - 1, version = m.version + 1
           FROM unnest($1::uuid[]) WITH ORDINALITY AS g(id, position)
           WHERE m.id = g.id AND m.position <> g.position - 1 RETURNING m.id, m.position, m.version""",
        list(media_ids),
    )


async def _refresh(viewer: Viewer, owner: Owner) -> None:
    await let_wait(viewer, [owner])
    await refresh_listings([owner.id])

"""Adding a picture that was sent along, or one that is to be fetched."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.add_remote import add_remote_media
from domain.catalog.media.albums import RemoteMedia, albums
from domain.catalog.media.alt_texts import AltText, checked_alt_texts
from domain.catalog.media.events import MediaAdded
from domain.catalog.media.kept_files import forget_files, keep_source
from domain.catalog.media.owners import let_wait, locked_owner, owners
from domain.catalog.media.rules import HEAD, MAX_BYTES, MAX_PER_PRODUCT, MEDIA_TYPES, checked_url, sniffed
from domain.catalog.texts.store import store_texts
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.errors import DomainError, InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.uploads import Upload
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class AddProductMedia:
    """`sha256` is that of the file."""

    product_id: UUID
    sha256: str
    alt: tuple[AltText, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class AddProductMediaFromUrl:
    product_id: UUID
    url: str
    alt: tuple[AltText, ...] = ()
    key: str | None = None


async def add_product_media(viewer: Viewer, command: AddProductMedia, upload: Upload) -> UUID:
    """Keep the file and have its sizes made. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, IdempotencyKeyReused.

    The file is stored before the transaction, so that the store may take its time. What a crash leaves behind is found at
    night (`clear_orphans`).
    """
    if command.product_id not in await owners(viewer, [command.product_id]):
        raise not_found("Product", command.product_id)
    await _require_picture(upload)
    media_id, stored = new_id(), None
    try:
        await keep_source(media_id, upload.chunks())
        stored = await _add(viewer, command, media_id)
    finally:
        if stored != media_id:
            await forget_files(media_id)
    return stored


@use_case
async def add_product_media_from_url(viewer: Viewer, command: AddProductMediaFromUrl) -> UUID:
    """Note the address, for a worker to fetch; one that the product has already is not added twice, and one that failed
    is tried again. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, IdempotencyKeyReused."""
    owner, url = await locked_owner(viewer, command.product_id), checked_url(command.url, field="url")
    known = (await albums([owner.id]))[owner.id].by_url.get(url)
    media_id = known.id if known else new_id()
    changes = await checked_alt_texts(media_id, command.alt)
    if earlier := await replayed(viewer, "addProductMediaFromUrl", command, media_id):
        return earlier
    [added] = await add_remote_media(viewer, [RemoteMedia(owner.id, url, id=media_id)])
    if isinstance(added, DomainError):
        raise added
    if any(await store_texts(changes)) and known:
        after = {"languages": [one.language for one in changes]}
        await record(viewer, "addProductMediaFromUrl", subject=("media", added), after=after)
        await refresh_listings(await let_wait(viewer, [await locked_owner(viewer, owner.id)]))
    return added


@use_case
async def _add(viewer: Viewer, command: AddProductMedia, media_id: UUID) -> UUID:
    owner = await locked_owner(viewer, command.product_id)
    changes = await checked_alt_texts(media_id, command.alt)
    if earlier := await replayed(viewer, "addProductMedia", command, media_id):
        return earlier
    [there] = await rows(
        "SELECT count(*) AS pictures, coalesce(max(position), -1) AS last FROM media WHERE product_id = $1", owner.id
    )
    if there["pictures"] >= MAX_PER_PRODUCT:
        raise InvalidInput(field="productId", rule="mediaFull", limit=str(MAX_PER_PRODUCT))
    await run(
        "INSERT INTO media (id, product_id, position, state, created_at) VALUES ($1, $2, $3, 'waiting', $4)",
        media_id,
        owner.id,
        there["last"] + 1,
        now(),
    )
    await store_texts(changes)
    after = {"product_id": owner.id, "sha256": command.sha256}
    await record(viewer, "addProductMedia", subject=("media", media_id), after=after)
    await emit(MediaAdded(subject_id=media_id, sequence=1, product_id=owner.id))
    await refresh_listings(await let_wait(viewer, [owner]))
    return media_id


async def _require_picture(upload: Upload) -> None:
    if not 0 < upload.size <= MAX_BYTES:
        raise InvalidInput(field="file", rule="fileSize", limit=f"{MAX_BYTES // 1_048_576} MB")
    if sniffed(await upload.head(HEAD)) is None:
        raise InvalidInput(field="file", rule="picture", limit=", ".join(MEDIA_TYPES.values()))

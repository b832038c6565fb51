"""Where and from when on a product is on sale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record_many
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus
from domain.catalog.products.edit_products import store_product
from domain.catalog.products.events import ProductChanged
from domain.channels.known import channels
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.database import rows
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit_many
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer

_CHUNK = 500


@dataclass(frozen=True)
class PublishProduct:
    """By the names of channels; the others stay as they are."""

    product_id: UUID
    publications: Mapping[str, PublicationChange]
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class ArchiveProduct:
    """In these channels; None: in every one that there is."""

    product_id: UUID
    channels: Sequence[str] | None = None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def publish_product(viewer: Viewer, command: PublishProduct) -> UUID:
    """Let the product be draft, scheduled, live or archived in channels. A moment that has passed means live at once.

    A supplier's product that waits for approval may be published, and is on sale as soon as it is approved. Raises
    NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion, IdempotencyKeyReused.
    """
    return await _publish(viewer, "publishProduct", command, command.publications)


@use_case
async def archive_product(viewer: Viewer, command: ArchiveProduct) -> UUID:
    """Take the product off sale; orders and links to it stay. Raises as `publish_product` does."""
    names = [one.name for one in await channels()] if command.channels is None else command.channels
    archived = {name: PublicationChange(status=PublicationStatus.ARCHIVED) for name in names}
    return await _publish(viewer, "archiveProduct", command, archived)


@use_case
async def publish_due(limit: int = _CHUNK) -> int:
    """Let up to `limit` products whose moment has come be live, and return how many did; 0 when none is left.

    Each goes live once, however many call at the same time; one that somebody is just changing is left for later.
    """
    due = await rows(
        """SELECT p.id FROM product p
           WHERE p.id IN (SELECT product_id FROM publication
                          WHERE status = 'scheduled' AND live_from <= $1 ORDER BY live_from LIMIT $2)
           ORDER BY p.id FOR UPDATE SKIP LOCKED""",
        now(),
        limit,
    )
    ids = [one["id"] for one in due]
    published = await rows(
        """WITH published AS (
             UPDATE publication SET status = 'live', live_from = NULL
             WHERE product_id = ANY($1) AND status = 'scheduled' AND live_from <= $2 RETURNING product_id, channel),
           by_product AS (
             SELECT product_id, array_agg(channel::text ORDER BY channel) AS channels FROM published GROUP BY 1)
           UPDATE product p SET version = version + 1, updated_at = $2 FROM by_product b WHERE p.id = b.product_id
           RETURNING p.id, p.supplier_id, p.version, b.channels""",
        ids,
        now(),
    )
    if not published:
        return 0
    told = [(("product", one["id"]), {"live": one["channels"], "version": one["version"]}) for one in published]
    await record_many(PLATFORM, "publishScheduled", told)
    await emit_many(
        [
            ProductChanged(subject_id=one["id"], sequence=one["version"], supplier_id=one["supplier_id"])
            for one in published
        ]
    )
    await refresh_listings([one["id"] for one in published])
    return len(published)


async def _publish(
    viewer: Viewer,
    kind: str,
    command: PublishProduct | ArchiveProduct,
    publications: Mapping[str, PublicationChange],
) -> UUID:
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    if await replayed(viewer, kind, command, command.product_id):
        return command.product_id
    change = ProductChange(
        product_id=command.product_id, publications=publications, expected_version=command.expected_version
    )
    await store_product(viewer, change)
    return command.product_id

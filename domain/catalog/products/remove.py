"""Removing products that were never sold."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.catalog.media.events import MediaRemoved
from domain.catalog.products.errors import ProductInUse, ProductOnSale
from domain.catalog.products.events import ProductRemoved
from domain.catalog.products.slugs import forget_slugs
from domain.catalog.texts.store import remove_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import REFERRED_TO, row, rows, run, value
from domain.shared.errors import StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit, emit_many
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class RemoveProduct:
    product_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def remove_product(viewer: Viewer, command: RemoveProduct) -> UUID:
    """Delete the product with its variants, prices, texts, pictures, reviews and former slugs, and from open carts.

    It must be archived, or never have been on sale: until then it may lie in carts. What was ordered, or has stock, stays
    for good. Raises NotSignedIn, NotAllowed, NotFound (also for somebody else's), StaleVersion, ProductOnSale,
    ProductInUse, IdempotencyKeyReused.
    """
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    if await replayed(viewer, "removeProduct", command, command.product_id):
        return command.product_id
    found = await _removable(viewer, command)
    pictures = await rows("SELECT id, version FROM media WHERE product_id = $1", command.product_id)
    try:
        await run("DELETE FROM product WHERE id = $1", command.product_id)
    except REFERRED_TO as error:
        raise ProductInUse(slug=found["slug"]) from error
    await remove_texts([command.product_id, *(one["id"] for one in pictures)])
    await forget_slugs("product", [command.product_id])
    before = {name: found[name] for name in ("slug", "supplier_id", "external_id", "version")}
    await record(viewer, "removeProduct", subject=("product", command.product_id), before=before)
    removed = {"sequence": found["version"] + 1, "supplier_id": found["supplier_id"]}
    await emit(ProductRemoved(subject_id=command.product_id, **removed))
    gone = {one["id"]: one["version"] + 1 for one in pictures}
    await emit_many(
        [MediaRemoved(subject_id=id, sequence=version, product_id=command.product_id) for id, version in gone.items()]
    )
    return command.product_id


async def _removable(viewer: Viewer, command: RemoveProduct) -> asyncpg.Record:
    """The product, locked."""
    found = await row(
        "SELECT slug, supplier_id, external_id, version FROM product WHERE id = $1 FOR UPDATE", command.product_id
    )
    if found is None or not viewer.may_for(Permission.CATALOGUE_WRITE, suppliers=frozenset({found["supplier_id"]})):
        raise not_found("Product", command.product_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    on_sale: list[str] = await value(
        """SELECT coalesce(array_agg(channel::text ORDER BY channel), '{}') FROM publication
           WHERE product_id = $1 AND status IN ('scheduled', 'live')""",
        command.product_id,
    )
    if on_sale:
        raise ProductOnSale(channels=tuple(on_sale))
    return found

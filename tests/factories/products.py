"""Products as somebody makes them, and who may."""

from typing import Any
from uuid import UUID

from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus, VariantChange
from domain.catalog.products.states import StoredProduct
from domain.catalog.products.store import store_products
from domain.shared.database import row, run, transaction
from domain.shared.errors import DomainError
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.people import a_supplier
from tests.factories.roles import a_person_with

LIVE = PublicationChange(status=PublicationStatus.LIVE)
DRAFT = PublicationChange(status=PublicationStatus.DRAFT)
ARCHIVED = PublicationChange(status=PublicationStatus.ARCHIVED)


async def a_category() -> UUID:
    category_id = new_id()
    await run("INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)", category_id, f"category-{category_id}")
    return category_id


async def a_catalogue_manager() -> Viewer:
    return await a_person_with("catalogue.write")


async def a_supplying_person(supplier_id: UUID | None = None) -> Viewer:
    """Somebody who writes the catalogue of one supplier."""
    return await a_person_with("catalogue.write", supplier_id=supplier_id or await a_supplier())


def supplier_of(viewer: Viewer) -> UUID:
    (limit,) = viewer.limits
    assert limit.supplier_id is not None
    return limit.supplier_id


def a_variant(**given: Any) -> VariantChange:
    return VariantChange(**{"sku": f"SKU-{new_id().hex}", **given})


async def a_new_product(**given: Any) -> ProductChange:
    """A change that makes a product with one variant, live in the first channel."""
    wanted = {"texts": {("name", "en"): "Tea pot"}, "variants": [a_variant()], "publications": {"main": LIVE}, **given}
    if "supplier_id" not in wanted:
        wanted["supplier_id"] = await a_supplier()
    if "category_id" not in wanted:
        wanted["category_id"] = await a_category()
    return ProductChange(**wanted)


async def stored(change: ProductChange, *, viewer: Viewer = PLATFORM) -> StoredProduct:
    """What became of it. Raises the refusal."""
    (answer,) = await stored_many([change], viewer=viewer)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def stored_many(changes: list[ProductChange], *, viewer: Viewer = PLATFORM) -> list[StoredProduct | DomainError]:
    async with transaction():
        return await store_products(viewer, changes)


async def product_row(product_id: UUID) -> dict[str, Any]:
    found = await row("SELECT * FROM product WHERE id = $1", product_id)
    assert found is not None
    return dict(found)


async def listed_in(product_id: UUID) -> list[str]:
    """The channels in which the listing has it live."""
    found = await row("SELECT channels FROM product_listing WHERE product_id = $1", product_id)
    return [] if found is None else found["channels"]

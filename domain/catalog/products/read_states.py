"""What a batch of changes meets: the products that it changes, locked, and all that it is judged by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from domain.catalog.attributes.definitions import held_definitions
from domain.catalog.products.change import Approval, ProductChange, PublicationChange, PublicationStatus
from domain.catalog.products.rules import external_key, sku_key
from domain.catalog.products.slugs import free_slugs, slug_of, slug_owners
from domain.catalog.products.states import Found, ProductRow, Surroundings, VariantRow
from domain.catalog.texts.queries import texts_by_field
from domain.channels.known import channels
from domain.shared.database import rows
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def find_products(changes: Sequence[ProductChange]) -> dict[int, Found]:
    """The products that these changes are about, by the changes' numbers, locked in the order of their ids.

    Five statements. They are read by another one than that which locks them: who waited for a lock is shown the row as
    it is now, but what is joined to it as it was before.
    """
    require_transaction("find_products")
    external = sorted({one for change in changes if (one := _external(change))})
    locked = await rows(
        """SELECT id FROM product
           WHERE id IN (SELECT unnest($1::uuid[]) UNION
                        SELECT e.id FROM unnest($2::uuid[], $3::text[]) AS g(supplier_id, external_id)
                        JOIN product e ON (e.supplier_id, e.external_id) = (g.supplier_id, g.external_id))
           ORDER BY id FOR UPDATE""",
        [one.product_id for one in changes if one.product_id is not None],
        [supplier_id for supplier_id, _ in external],
        [external_id for _, external_id in external],
    )
    found = await rows(_PRODUCTS, [one["id"] for one in locked]) if locked else []
    by_id = {one.product.id: one for one in await _with_parts([_product(one) for one in found])}
    by_external = {(one.product.supplier_id, one.product.external_id or ""): one for one in by_id.values()}
    met: dict[int, Found] = {}
    for number, change in enumerate(changes):
        key = None if change.as_id else _external(change)
        product = by_id.get(change.product_id) if change.product_id else by_external.get(key) if key else None
        if product is not None:
            met[number] = product
    return met


async def surroundings(viewer: Viewer, changes: Sequence[ProductChange], found: Mapping[int, Found]) -> Surroundings:
    """Eleven statements at most. The categories that are named stay until the transaction ends."""
    known = await channels()
    new = sorted(set(range(len(changes))) - set(found))
    slugs = [change.slug for change in changes if change.slug]
    unnamed = [number for number in new if not changes[number].slug]
    names = [changes[number].texts.get(("name", settings().default_language), "") for number in unnamed]
    made = [slug_of(name, "product") for name in names]
    chosen = (await free_slugs("product", [*slugs, *made]))[len(slugs) :] if unnamed else []
    return Surroundings(
        viewer=viewer,
        definitions=await held_definitions(),
        categories=await _categories(changes),
        suppliers=await _suppliers(changes),
        channels=tuple(one.name for one in known),
        languages=frozenset(language for one in known for language in one.languages),
        skus=await _holders(changes),
        external_ids=await _external_ids(changes, found),
        slugs=await slug_owners("product", slugs) if slugs else {},
        slugs_to_be=dict(zip(unnamed, chosen, strict=True)),
        media=await _media(changes),
    )


async def _with_parts(products: Sequence[ProductRow]) -> list[Found]:
    if not products:
        return []
    ids = [one.id for one in products]
    variants: dict[UUID, list[VariantRow]] = defaultdict(list)
    order = {one.id: one.options for one in products}
    for one in await rows(f"SELECT {_VARIANT} FROM variant WHERE product_id = ANY($1) ORDER BY position, id", ids):
        variants[one["product_id"]].append(_variant(one, order[one["product_id"]]))
    published: dict[UUID, dict[str, PublicationChange]] = defaultdict(dict)
    for one in await rows("SELECT * FROM publication WHERE product_id = ANY($1)", ids):
        given = PublicationChange(status=PublicationStatus(one["status"]), live_from=one["live_from"])
        published[one["product_id"]][one["channel"]] = given
    texts = await texts_by_field(ids, [settings().default_language])
    return [
        Found(one, tuple(variants.get(one.id, ())), published.get(one.id, {}), texts.get(one.id, {}))
        for one in products
    ]


_PRODUCTS = """
    SELECT p.id, p.slug, t.code AS product_type, p.category_id, p.supplier_id, p.attributes, p.options, p.tags, p.approval,
           p.external_id, p.version
    FROM product p LEFT JOIN product_type t ON t.id = p.product_type_id WHERE p.id = ANY($1)"""
_VARIANT = "id, product_id, sku, options, position, barcode, weight_grams, media_id"


def _product(found: Any) -> ProductRow:
    return ProductRow(
        **{
            **found,
            "attributes": orjson.loads(found["attributes"]),
            "options": tuple(orjson.loads(found["options"])),
            "tags": tuple(orjson.loads(found["tags"])),
            "approval": Approval(found["approval"]),
        }
    )


def _variant(found: Any, order: Sequence[str] = ()) -> VariantRow:
    """Its options in the product's order, for jsonb keeps none."""
    options = orjson.loads(found["options"])
    ordered = {name: options[name] for name in order if name in options} | options
    return VariantRow(**{**found, "options": ordered})


def _external(change: ProductChange) -> tuple[UUID, str] | None:
    if change.product_id is not None or change.supplier_id is None or not change.external_id:
        return None
    return change.supplier_id, external_key(change.external_id)


async def _external_ids(changes: Sequence[ProductChange], found: Mapping[int, Found]) -> dict[tuple[UUID, str], UUID]:
    """Whose the external ids are that products are to get, by supplier."""
    wanted = set[tuple[UUID, str]]()
    for number, change in enumerate(changes):
        present = found[number].product if number in found else None
        supplier_id = change.supplier_id or (present and present.supplier_id)
        external_id = external_key(change.external_id) if change.external_id else present and present.external_id
        if supplier_id and external_id and not (present and _of_supplier(present) == (supplier_id, external_id)):
            wanted.add((supplier_id, external_id))
    if not wanted:
        return {}
    holders = await rows(
        """SELECT p.id, p.supplier_id, p.external_id FROM unnest($1::uuid[], $2::text[]) AS g(supplier_id, external_id)
           JOIN product p ON (p.supplier_id, p.external_id) = (g.supplier_id, g.external_id)""",
        [supplier_id for supplier_id, _ in wanted],
        [external_id for _, external_id in wanted],
    )
    return {(one["supplier_id"], one["external_id"]): one["id"] for one in holders}


def _of_supplier(product: ProductRow) -> tuple[UUID, str | None]:
    return product.supplier_id, product.external_id


async def _categories(changes: Sequence[ProductChange]) -> frozenset[UUID]:
    wanted = sorted({one.category_id for one in changes if one.category_id is not None})
    if not wanted:
        return frozenset()
    found = await rows("SELECT id FROM category WHERE id = ANY($1) ORDER BY id FOR KEY SHARE", wanted)
    return frozenset(one["id"] for one in found)


async def _suppliers(changes: Sequence[ProductChange]) -> frozenset[UUID]:
    wanted = {one.supplier_id for one in changes if one.supplier_id is not None}
    found = await rows("SELECT id FROM supplier WHERE id = ANY($1)", list(wanted)) if wanted else []
    return frozenset(one["id"] for one in found)


async def _holders(changes: Sequence[ProductChange]) -> dict[str, VariantRow]:
    """Who has the SKUs that are given, by their keys."""
    keys = {sku_key(one.sku) for change in changes for one in change.variants if one.sku}
    if not keys:
        return {}
    found = await rows(
        f"SELECT {_VARIANT} FROM variant WHERE lower(sku) IN (SELECT lower(g.key) FROM unnest($1::text[]) AS g(key))",
        list(keys),
    )
    return {sku_key(one["sku"]): _variant(one) for one in found}


async def _media(changes: Sequence[ProductChange]) -> dict[UUID, UUID]:
    wanted = {one.media_id for change in changes for one in change.variants if one.media_id is not None}
    found = await rows("SELECT id, product_id FROM media WHERE id = ANY($1)", list(wanted)) if wanted else []
    return {one["id"]: one["product_id"] for one in found}

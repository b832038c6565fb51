"""Carrying out plans: a fixed number of statements for any number of products."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from domain.catalog.products.change import PublicationChange
from domain.catalog.products.errors import VariantInUse
from domain.catalog.products.slugs import keep_former_slugs
from domain.catalog.products.states import Plan, ProductRow, VariantRow
from domain.catalog.texts.options import note_options
from domain.catalog.texts.store import store_texts
from domain.shared.clock import now
from domain.shared.database import REFERRED_TO, run, savepoint
from domain.shared.ids import new_id

_REMOVE = "DELETE FROM variant WHERE id = ANY($1)"


async def remove_variants(removed: Mapping[int, Sequence[VariantRow]]) -> dict[int, VariantInUse]:
    """Remove the variants of each plan, by its number, all or none. Returns the refusals of those that something needs.

    One statement; where there is a refusal, one for each variant.
    """
    everything = [one.id for variants in removed.values() for one in variants]
    if not everything:
        return {}
    try:
        async with savepoint():
            await run(_REMOVE, everything)
    except REFERRED_TO:
        tried = {number: await _remove_of_one(variants) for number, variants in removed.items()}
        return {number: VariantInUse(sku=sku) for number, sku in tried.items() if sku is not None}
    return {}


async def write_plans(plans: Sequence[Plan]) -> list[bool]:
    """Write all of new products, and all but the rows of others; for each plan, whether its texts changed anything."""
    await _insert_products([one.product for one in plans if one.before is None])
    await _insert_variants([one for plan in plans for one in plan.variants.added])
    await _update_variants([one for plan in plans for one in plan.variants.changed])
    await _note_options(plans)
    await _store_publications({plan.product.id: plan.publications for plan in plans if plan.publications})
    changed = await _store_texts(plans)
    present = [(plan.before, plan.product) for plan in plans if plan.before]
    if moved := {row.id: (was.slug, row.slug) for was, row in present if was.slug != row.slug}:
        await keep_former_slugs("product", moved)
    return changed


async def update_products(products: Sequence[ProductRow]) -> None:
    """Write the rows as they are given, and that they changed now. One statement."""
    if not products:
        return
    await run(
        """UPDATE product p SET slug = g.slug, product_type_id = t.id, category_id = g.category_id,
                  supplier_id = g.supplier_id, attributes = g.attributes::jsonb, options = g.options::jsonb,
                  tags = g.tags::jsonb, approval = g.approval, external_id = g.external_id, version = g.version,
                  approval_note = CASE WHEN g.approval = 'refused' THEN p.approval_note END, updated_at = $12
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::text[], $11::int[])
             AS g(id, slug, type, category_id, supplier_id, attributes, options, tags, approval, external_id, version)
           LEFT JOIN product_type t ON t.code = g.type WHERE p.id = g.id""",
        *_columns(products),
        now(),
    )


async def _insert_products(products: Sequence[ProductRow]) -> None:
    if not products:
        return
    await run(
        """INSERT INTO product (id, slug, product_type_id, category_id, supplier_id, attributes, options, tags, approval,
                                external_id, version, created_at, updated_at)
           SELECT g.id, g.slug, t.id, g.category_id, g.supplier_id, g.attributes::jsonb, g.options::jsonb, g.tags::jsonb,
                  g.approval, g.external_id, g.version, $12, $12
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::text[], $11::int[])
             AS g(id, slug, type, category_id, supplier_id, attributes, options, tags, approval, external_id, version)
           LEFT JOIN product_type t ON t.code = g.type ORDER BY g.slug""",
        *_columns(products),
        now(),
    )


def _columns(products: Sequence[ProductRow]) -> list[list[object]]:
    return [
        [one.id for one in products],
        [one.slug for one in products],
        [one.product_type for one in products],
        [one.category_id for one in products],
        [one.supplier_id for one in products],
        [_json(one.attributes) for one in products],
        [_json(one.options) for one in products],
        [_json(one.tags) for one in products],
        [str(one.approval) for one in products],
        [one.external_id for one in products],
        [one.version for one in products],
    ]


async def _insert_variants(variants: Sequence[VariantRow]) -> None:
    if not variants:
        return
    await run(
        """INSERT INTO variant (id, product_id, sku, options, position, barcode, weight_grams, media_id)
           SELECT g.id, g.product_id, g.sku, g.options::jsonb, g.position, g.barcode, g.weight_grams, g.media_id
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::uuid[])
             AS g(id, product_id, sku, options, position, barcode, weight_grams, media_id) ORDER BY lower(g.sku)""",
        *_variant_columns(variants),
    )


async def _update_variants(variants: Sequence[VariantRow]) -> None:
    if not variants:
        return
    await run(
        """UPDATE variant v SET sku = g.sku, options = g.options::jsonb, position = g.position, barcode = g.barcode,
                  weight_grams = g.weight_grams, media_id = g.media_id
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::uuid[])
             AS g(id, product_id, sku, options, position, barcode, weight_grams, media_id)
           WHERE v.id = g.id AND v.product_id = g.product_id""",
        *_variant_columns(variants),
    )


def _variant_columns(variants: Sequence[VariantRow]) -> list[list[object]]:
    return [
        [one.id for one in variants],
        [one.product_id for one in variants],
        [one.sku for one in variants],
        [_json(one.options) for one in variants],
        [one.position for one in variants],
        [one.barcode for one in variants],
        [one.weight_grams for one in variants],
        [one.media_id for one in variants],
    ]


async def _note_options(plans: Sequence[Plan]) -> None:
    options: dict[tuple[str, str | None], None] = {}
    for plan in plans:
        for variant in (*plan.variants.added, *plan.variants.changed):
            for name, value in variant.options.items():
                options[(name, None)] = options[(name, value)] = None
    if options:
        await note_options(options)


async def _store_publications(changes: Mapping[UUID, Mapping[str, PublicationChange]]) -> None:
    wanted = [(product_id, *one) for product_id, given in changes.items() for one in sorted(given.items())]
    if not wanted:
        return
    await run(
        """INSERT INTO publication (id, product_id, channel, status, live_from)
           SELECT g.id, g.product_id, g.channel, g.status, g.live_from
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
             AS g(id, product_id, channel, status, live_from)
           ON CONFLICT (product_id, channel) DO UPDATE SET status = excluded.status, live_from = excluded.live_from""",
        [new_id() for _ in wanted],
        [product_id for product_id, _, _ in wanted],
        [channel for _, channel, _ in wanted],
        [str(given.status) for _, _, given in wanted],
        [given.live_from for _, _, given in wanted],
    )


async def _store_texts(plans: Sequence[Plan]) -> list[bool]:
    changes = [(number, one) for number, plan in enumerate(plans) for one in plan.texts]
    stored = await store_texts([one for _, one in changes]) if changes else []
    changed = {number for (number, _), did in zip(changes, stored, strict=True) if did}
    return [number in changed for number in range(len(plans))]


async def _remove_of_one(variants: Sequence[VariantRow]) -> str | None:
    """Remove all of them and return None, or none of them and return the SKU of one that something needs."""
    tried = None
    try:
        async with savepoint():
            for tried in variants:
                await run(_REMOVE, [tried.id])
    except REFERRED_TO:
        return tried.sku if tried else None
    return None


def _json(value: object) -> str:
    return orjson.dumps(value).decode()

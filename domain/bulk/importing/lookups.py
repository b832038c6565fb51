"""What the names in a file stand for in the shop. It reads many tables and writes none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.bulk.layouts.drafts import ProductDraft
from domain.bulk.layouts.ground import Ground, Market
from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.facts import Definitions
from domain.channels.known import channels
from domain.shared.database import rows, value
from domain.shared.settings import settings


@dataclass(frozen=True)
class Names:
    """Names, folded, to what they stand for: suppliers by code, and by name where only one has it; paths of names from
    the root on. `ways` are those paths as the shop spells them, by category. `defined` is what products may have.
    """

    suppliers: Mapping[str, UUID]
    warehouses: Mapping[str, UUID]
    categories: Mapping[str, UUID]
    paths: Mapping[tuple[str, ...], UUID]
    ways: Mapping[UUID, tuple[str, ...]]
    defined: Definitions


@dataclass(frozen=True, slots=True)
class Present:
    """A product that the file means. `by_external_id`: found by it, and not by its slug."""

    id: UUID
    supplier_id: UUID
    product_type: str | None
    by_external_id: bool


@dataclass(frozen=True, slots=True)
class Sku:
    variant_id: UUID
    product_id: UUID
    supplier_id: UUID


async def ground(*, currency: str | None, channel: str | None, warehouse: str | None) -> Ground:
    """For what a file leaves out: what is given, else the shop's first."""
    known = await channels()
    called = Counter(call.casefold() for one in known for call in {one.title, one.name})
    markets = [
        Market(one.name, one.title if called[one.title.casefold()] == 1 else one.name, one.currencies[0])
        for one in known
    ]
    by_name = {one.channel: one for one in markets}
    first = by_name.get(channel or "", markets[0])
    return Ground(
        language=settings().default_language,
        currency=currency or first.currency,
        channel=first.channel,
        warehouse=warehouse or await value("SELECT code FROM warehouse ORDER BY position, code LIMIT 1") or "",
        markets={one.channel.casefold(): one for one in markets} | {one.title.casefold(): one for one in markets},
    )


async def names() -> Names:
    """Five statements."""
    suppliers = await rows("SELECT id, code, name FROM supplier")
    warehouses = await rows("SELECT id, code FROM warehouse")
    categories, ways = await _categories()
    called = Counter(one["name"].casefold() for one in suppliers)
    by_name = {name: one["id"] for one in suppliers if called[name := one["name"].casefold()] == 1}
    return Names(
        suppliers=by_name | {one["code"].casefold(): one["id"] for one in suppliers},
        warehouses={one["code"].casefold(): one["id"] for one in warehouses},
        categories=categories,
        paths={tuple(part.casefold() for part in way): id for id, way in ways.items()},
        ways=ways,
        defined=await definitions(),
    )


async def _categories() -> tuple[dict[str, UUID], dict[UUID, tuple[str, ...]]]:
    """By slug, and the names on the way to each."""
    found = await rows(
        """WITH RECURSIVE named AS (
             SELECT c.id, c.slug, c.parent_id, coalesce(t.value, c.slug) AS name
             FROM category c LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (c.id, 'name', $1)),
           way AS (
             SELECT id, slug, ARRAY[name::text] AS path FROM named WHERE parent_id IS NULL
             UNION ALL SELECT n.id, n.slug, w.path || n.name FROM named n JOIN way w ON n.parent_id = w.id)
           SELECT id, slug, path FROM way ORDER BY slug DESC""",  # of those that are called alike, the first slug wins
        settings().default_language,
    )
    return {one["slug"]: one["id"] for one in found}, {one["id"]: tuple(one["path"]) for one in found}


async def present_products(drafts: Sequence[tuple[ProductDraft, UUID | None]]) -> list[Present | None]:
    """For each draft with its supplier the product that there is: by the supplier's external id, else by the slug, where
    that is a product of the supplier. One statement.
    """
    found = await rows(
        """SELECT g.n, p.id, p.supplier_id, t.code AS product_type, e.id IS NOT NULL AS by_external_id
           FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[]) AS g(n, supplier_id, external_id, slug)
           LEFT JOIN product e ON (e.supplier_id, e.external_id) = (g.supplier_id, g.external_id)
           JOIN product p ON p.id = coalesce(e.id, (SELECT s.id FROM product s WHERE s.slug = g.slug
                                                    AND (g.supplier_id IS NULL OR s.supplier_id = g.supplier_id)))
           LEFT JOIN product_type t ON t.id = p.product_type_id""",
        list(range(len(drafts))),
        [supplier_id for _, supplier_id in drafts],
        [draft.external_id for draft, _ in drafts],
        [draft.slug for draft, _ in drafts],
    )
    known = {r["n"]: Present(r["id"], r["supplier_id"], r["product_type"], r["by_external_id"]) for r in found}
    return [known.get(number) for number in range(len(drafts))]


async def skus(wanted: Iterable[str], *, supplier_id: UUID | None) -> dict[str, Sku]:
    """By SKU in lower case; with `supplier_id` only those of this supplier. One statement."""
    found = await rows(
        """SELECT lower(v.sku) AS sku, v.id, v.product_id, p.supplier_id
           FROM variant v JOIN product p ON p.id = v.product_id
           WHERE lower(v.sku) = ANY($1) AND ($2::uuid IS NULL OR p.supplier_id = $2)""",
        sorted({one.lower() for one in wanted}),
        supplier_id,
    )
    return {one["sku"]: Sku(one["id"], one["product_id"], one["supplier_id"]) for one in found}


async def skus_by_options(product_ids: Sequence[UUID]) -> dict[UUID, dict[frozenset[tuple[str, str]], str]]:
    """The SKU of each variant of the products by its options, in lower case: for files whose variants have none."""
    found = await rows(
        """SELECT v.product_id, v.sku, array(SELECT lower(o.key) FROM jsonb_each_text(v.options) o ORDER BY o.key) AS names,
                  array(SELECT lower(o.value) FROM jsonb_each_text(v.options) o ORDER BY o.key) AS chosen
           FROM variant v WHERE v.product_id = ANY($1)""",
        list(product_ids),
    )
    grouped: dict[UUID, dict[frozenset[tuple[str, str]], str]] = {}
    for one in found:
        grouped.setdefault(one["product_id"], {})[frozenset(zip(one["names"], one["chosen"], strict=True))] = one["sku"]
    return grouped


async def known_images(product_ids: Sequence[UUID]) -> dict[tuple[UUID, str], UUID]:
    """The pictures by their product and the address from which they came."""
    found = await rows(
        "SELECT product_id, source_url, id FROM media WHERE product_id = ANY($1) AND source_url IS NOT NULL",
        list(product_ids),
    )
    return {(one["product_id"], one["source_url"]): one["id"] for one in found}

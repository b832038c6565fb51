"""The catalogue into a file."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from domain.bulk.exporting.plain_pages import Rows, price_pages, stock_pages, translation_pages
from domain.bulk.exporting.product_pages import product_pages
from domain.bulk.exporting.snapshot import snapshot
from domain.bulk.formats.write import Write, writing
from domain.bulk.importing.lookups import ground
from domain.bulk.importing.plan import NEEDED
from domain.bulk.kinds import Format, Layout, Placing, Subject
from domain.bulk.layouts.hanse_products_out import Width, hanse_columns, hanse_rows
from domain.bulk.layouts.plain_rows import PRICE_COLUMNS, STOCK_COLUMNS, STOCK_SHOWN, TRANSLATION_COLUMNS
from domain.bulk.layouts.shopify_products_out import shopify_header, shopify_rows
from domain.bulk.outside import outside
from domain.catalog.texts.given import languages_of_the_shop
from domain.channels.known import channels
from domain.shared.database import rows, value
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

Show = Callable[[int, int], Awaitable[None]]
"""Told how many rows or things are written, of how many; raises what shall end the export."""


@dataclass(frozen=True, kw_only=True)
class ExportPlan:
    """`suppliers`: only what is theirs; None: everything."""

    subject: Subject
    format: Format
    layout: Layout
    placing: Placing
    language: str | None = None
    suppliers: tuple[UUID, ...] | None = None


def own_suppliers(viewer: Viewer, subject: Subject, wanted: UUID | None) -> tuple[UUID, ...] | None:
    """Whose things the viewer may export: None for everybody's. Raises NotSignedIn, NotAllowed."""
    permission = NEEDED[subject]
    if wanted is not None:
        viewer.require_for(permission, suppliers=frozenset({wanted}))
        return (wanted,)
    viewer.require_somewhere(permission)
    if viewer.may(permission):
        return None
    return tuple(one.supplier_id for one in viewer.limited(permission) if one.supplier_id and one.channel is None)


async def run_export(plan: ExportPlan, path: Path, show: Show) -> int:
    """Write the file, and return how many rows it has. Everything in it stood so at one moment. Raises FileUnusable for
    what the format cannot hold.
    """
    async with snapshot():
        total = await _count(plan)
        columns, pages = await _prepared(plan)
        done = written = 0
        with writing(path, plan.format, columns) as write:
            async for things, page in pages:
                written += await asyncio.to_thread(_write, write, page)
                done += things
                await outside(lambda done=done: show(done, total))  # type: ignore[misc] # bound at once
    return written


def _write(write: Write, page: Iterable[dict[str, str]]) -> int:
    count = 0
    for row in page:
        write(row)
        count += 1
    return count


_Pages = AsyncIterator[tuple[int, Iterable[dict[str, str]]]]


async def _prepared(plan: ExportPlan) -> tuple[Sequence[str], _Pages]:
    if plan.subject is Subject.PRICES:
        return PRICE_COLUMNS, _plain(price_pages(plan.suppliers))
    if plan.subject is Subject.STOCK:
        columns = ("sku", "warehouse", "on_hand", *STOCK_SHOWN, *STOCK_COLUMNS[3:])
        return columns, _plain(stock_pages(plan.suppliers))
    if plan.subject is Subject.TRANSLATIONS:
        return TRANSLATION_COLUMNS, _plain(translation_pages(plan.language or "", plan.suppliers))
    return await (_shopify(plan) if plan.layout is Layout.SHOPIFY else _hanse(plan))


async def _plain(pages: AsyncIterator[Rows]) -> _Pages:
    async for page in pages:
        yield len(page), page


async def _hanse(plan: ExportPlan) -> tuple[Sequence[str], _Pages]:
    options = await value("SELECT coalesce(max(jsonb_array_length(options)), 0) FROM product")
    width = Width(
        languages=await languages_of_the_shop(),
        attributes=[one["code"] for one in await rows("SELECT code FROM attribute ORDER BY code")],
        channels=[one.name for one in await channels()],
        options=max(options, 3),
    )

    async def pages() -> _Pages:
        async for page in product_pages(plan.suppliers, warehouse=""):
            yield len(page), (row for product in page for row in hanse_rows(product, width))

    return hanse_columns(width), pages()


async def _shopify(plan: ExportPlan) -> tuple[Sequence[str], _Pages]:
    placing = plan.placing
    known = await ground(currency=placing.currency, channel=placing.channel, warehouse=placing.warehouse)
    markets = [one for one in dict.fromkeys(known.markets.values()) if one.channel != known.channel]
    attributes = [one["code"] for one in await rows("SELECT code FROM attribute ORDER BY code")]

    async def pages() -> _Pages:
        async for page in product_pages(plan.suppliers, warehouse=known.warehouse):
            yield len(page), (row for product in page for row in shopify_rows(product, known, markets))

    return shopify_header(attributes, markets), pages()


_COUNTS = {
    Subject.PRODUCTS: "SELECT count(*) FROM product p WHERE ($1::uuid[] IS NULL OR p.supplier_id = ANY($1))",
    Subject.PRICES: """SELECT count(*) FROM price c JOIN variant v ON v.id = c.variant_id
        JOIN product p ON p.id = v.product_id WHERE ($1::uuid[] IS NULL OR p.supplier_id = ANY($1))""",
    Subject.STOCK: """SELECT count(*) FROM stock_level l JOIN variant v ON v.id = l.variant_id
        JOIN product p ON p.id = v.product_id WHERE ($1::uuid[] IS NULL OR p.supplier_id = ANY($1))""",
    Subject.TRANSLATIONS: """SELECT count(*) FROM catalog_text s
        LEFT JOIN media m ON s.owner_kind = 'media' AND m.id = s.owner_id
        LEFT JOIN product p ON p.id = coalesce(m.product_id, s.owner_id)
        WHERE s.language = $2 AND ($1::uuid[] IS NULL OR p.supplier_id = ANY($1))""",
}


async def _count(plan: ExportPlan) -> int:
    own = (settings().default_language,) if plan.subject is Subject.TRANSLATIONS else ()
    found: int = await value(_COUNTS[plan.subject], plan.suppliers, *own)
    return found

"""Filling an installation with the demo shop."""

import os
from collections.abc import Callable, Sequence
from uuid import UUID

from rich.progress import Progress

from domain.catalog.listing.refresh import refresh_listings
from domain.channels.known import ensure_channels
from domain.identity.access.roles import ensure_roles
from domain.identity.email_lookup import email_hash
from domain.shared.clock import now
from domain.shared.database import rows, run, transaction, value
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import settings
from hanse.failures import Failure
from hanse.seed.attribute_tables import attribute_keys, attribute_tables
from hanse.seed.catalogue_tables import catalogue_tables
from hanse.seed.demo import Demo, make_demo
from hanse.seed.listing_tables import listing_table
from hanse.seed.logins import make_logins, write_logins
from hanse.seed.market_tables import channel_tables, market_tables
from hanse.seed.order_tables import order_tables
from hanse.seed.payment_tables import payment_tables
from hanse.seed.people_tables import Somebody, make_people, people_tables
from hanse.seed.review_tables import review_table
from hanse.seed.scale import Scale
from hanse.seed.stock_tables import stock_tables
from hanse.seed.tables import Table, copy
from hanse.seed.text_tables import text_table

_DEFAULT = Scale()
_CHUNK = 1_000
"""So many products are made findable at a time."""


async def is_seeded() -> bool:
    found: bool = await value("SELECT EXISTS (SELECT 1 FROM orders WHERE source = 'demo')")
    return found


async def seed(progress: Progress | None = None, *, scale: Scale = _DEFAULT) -> None:
    """Write the demo shop, all of it or nothing, and its log-ins to the data folder. A second time changes nothing.

    Raises Failure in production, where invented orders and sample log-ins must not be, and when somebody has an e-mail
    address of the demo's already.
    """
    if settings().environment == "production":
        raise Failure("the demo shop is not for production (HANSE_ENVIRONMENT)", os.EX_CONFIG)
    if await is_seeded():
        return
    shown = progress or Progress(disable=True)
    task = shown.add_task("Inventing the demo shop", total=None)
    demo = make_demo(scale, now().date(), settings().risk_review_minor)
    logins = await make_logins()
    async with transaction():
        await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.SEED)
        if not await is_seeded():
            people = make_people(demo, logins)
            await _refuse_known_people(people)
            tables = await _tables(demo, people)
            total = sum(len(one.records) for one in tables) + len(demo.keys.products)
            shown.update(task, description="Writing the demo shop", total=total)
            await _write(tables, demo.keys.products, lambda count: shown.advance(task, count))
            write_logins(settings().data_dir, list(logins.values()))


async def _write(tables: Sequence[Table], product_ids: Sequence[UUID], tell: Callable[[int], None]) -> None:
    for table in tables:
        await copy(table)
        tell(len(table.records))
    for start in range(0, len(product_ids), _CHUNK):
        chunk = product_ids[start : start + _CHUNK]
        await refresh_listings(chunk)
        tell(len(chunk))
    # Only these: a table that is analysed while empty is scanned by prepared plans long after it has grown.
    filled = {table.name for table in tables if table.records} | {"search_facet", "search_word"}
    await run(f"ANALYZE {', '.join(filled)}")


async def _tables(demo: Demo, people: Sequence[Somebody]) -> list[Table]:
    """In the order in which they refer to each other."""
    numbers = await rows("SELECT nextval('order_number') FROM generate_series(1, $1)", demo.scale.orders)
    limits = {"review_minor": settings().risk_review_minor, "orders_per_hour": settings().risk_orders_per_hour}
    keys, main = attribute_keys(demo), await _main_channel()
    return [
        *await people_tables(demo, people, await ensure_roles()),
        *channel_tables(demo),
        *attribute_tables(demo, keys),
        *catalogue_tables(demo, keys),
        text_table(demo, keys),
        *order_tables(demo, sorted(found[0] for found in numbers), keys=[one.key for one in people], main=main),
        *payment_tables(demo, **limits),
        *stock_tables(demo),
        *market_tables(demo, main),
        review_table(demo),
        listing_table(demo, main),
    ]


async def _main_channel() -> str:
    """The one in which everything is sold."""
    await ensure_channels()
    found: str = await value("SELECT name FROM channel ORDER BY position, name LIMIT 1")
    return found


async def _refuse_known_people(people: Sequence[Somebody]) -> None:
    hashes = {await email_hash(one.email): one.email for one in people}
    known = await value("SELECT min(email_hash) FROM users WHERE email_hash = ANY($1)", list(hashes))
    if known is not None:
        raise Failure(f"somebody is here as {hashes[known]} already; seed an empty database", os.EX_DATAERR)

"""Filling an installation with the demo shop."""

import os
from collections.abc import Sequence

from rich.progress import Progress

from domain.identity.access.roles import ensure_roles
from domain.identity.email_lookup import email_hash
from domain.shared.clock import now
from domain.shared.database import rows, run, transaction, value
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import settings
from hanse.failures import Failure
from hanse.seed.catalogue_tables import catalogue_tables
from hanse.seed.demo import Demo, make_demo
from hanse.seed.logins import make_logins, write_logins
from hanse.seed.order_tables import order_tables
from hanse.seed.payment_tables import payment_tables
from hanse.seed.people_tables import Somebody, make_people, people_tables
from hanse.seed.scale import Scale
from hanse.seed.stock_tables import stock_tables
from hanse.seed.tables import Table, copy

_DEFAULT = Scale()


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
            shown.update(task, description="Writing the demo shop", total=sum(len(one.records) for one in tables))
            for table in tables:
                await copy(table)
                shown.advance(task, len(table.records))
            # Only these: a table that is analysed while empty is scanned by prepared plans long after it has grown.
            await run(f"ANALYZE {', '.join({table.name for table in tables if table.records})}")
            write_logins(settings().data_dir, list(logins.values()))


async def _tables(demo: Demo, people: Sequence[Somebody]) -> list[Table]:
    """In the order in which they refer to each other."""
    numbers = await rows("SELECT nextval('order_number') FROM generate_series(1, $1)", demo.scale.orders)
    limits = {"review_minor": settings().risk_review_minor, "orders_per_hour": settings().risk_orders_per_hour}
    return [
        *await people_tables(demo, people, await ensure_roles()),
        *catalogue_tables(demo),
        *order_tables(demo, sorted(found[0] for found in numbers), [one.key for one in people]),
        *payment_tables(demo, **limits),
        *stock_tables(demo),
    ]


async def _refuse_known_people(people: Sequence[Somebody]) -> None:
    hashes = {await email_hash(one.email): one.email for one in people}
    known = await value("SELECT min(email_hash) FROM users WHERE email_hash = ANY($1)", list(hashes))
    if known is not None:
        raise Failure(f"somebody is here as {hashes[known]} already; seed an empty database", os.EX_DATAERR)

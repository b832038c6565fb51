"""The file as a temporary table, and the judgements that need more than one row."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from domain.shared.database import connection, row, run
from hanse.imports.parse import StagedRow, parse
from hanse.imports.reasons import UNREADABLE, Reason
from hanse.imports.refusal import ImportRefused
from hanse.imports.source_file import read_rows

SOURCE = "online-retail"
"""Begins every external id that the import gives: `online-retail:85123A`."""

_UNREADABLE_AT_MOST = 100
_BREATHE_EVERY = 2048

_STAGED = """CREATE TEMP TABLE staged (
    line int, reason text, detail text, invoice text, code text, name text, quantity int, at timestamptz,
    price numeric, unit_minor bigint, customer text, country text, rest int) ON COMMIT DROP"""

# A version 7 UUID (RFC 9562) of a past moment, so that what is imported sorts among the rest by when it happened.
_ID_AT = """CREATE OR REPLACE FUNCTION pg_temp.id_at(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
        'hex')::uuid $$"""

_OTHER_CUSTOMER = """UPDATE staged s SET reason = $1, detail = 'the invoice is of customer ' || first.customer
    FROM (SELECT invoice, (array_agg(customer ORDER BY line))[1] AS customer FROM staged
          WHERE reason IS NULL AND quantity > 0 GROUP BY invoice HAVING min(customer) <> max(customer)) first
    WHERE s.invoice = first.invoice AND s.customer <> first.customer AND s.reason IS NULL AND s.quantity > 0"""

_NO_DESCRIPTION = """UPDATE staged s SET reason = $1
    FROM (SELECT code FROM staged WHERE reason IS NULL AND quantity > 0 GROUP BY code HAVING max(name) = '') nameless
    WHERE s.code = nameless.code AND s.reason IS NULL AND s.quantity > 0
      AND NOT EXISTS (SELECT 1 FROM product p JOIN supplier u ON u.id = p.supplier_id AND u.code = $2
                      WHERE p.external_id = $2 || ':' || s.code)"""

_ORDERS = """CREATE TEMP TABLE staged_order ON COMMIT DROP AS
    SELECT s.invoice, min(s.at) AS at, min(s.customer) AS customer, min(s.country) AS country, count(*) AS lines,
           sum(s.unit_minor * s.quantity) AS total_minor, o.id AS present_id, pg_temp.id_at(min(s.at)) AS new_id
    FROM staged s LEFT JOIN orders o ON o.external_id = '{source}:' || s.invoice
    WHERE s.reason IS NULL AND s.quantity > 0 GROUP BY s.invoice, o.id"""

_CHANGED = """UPDATE staged s SET reason = $1
    FROM (SELECT f.invoice FROM staged_order f
          CROSS JOIN LATERAL (SELECT count(*) AS lines, sum(l.total_minor) AS total_minor
                              FROM order_line l WHERE l.order_id = f.present_id) p
          WHERE f.present_id IS NOT NULL
            AND (p.lines, p.total_minor) IS DISTINCT FROM (f.lines, f.total_minor)) changed
    WHERE s.invoice = changed.invoice AND s.reason IS NULL AND s.quantity > 0"""


async def stage(path: Path, tell: Callable[[int], None]) -> int:
    """Copy every row of the file, each judged by itself, and return how many. Raises ImportRefused."""
    await run(_STAGED)
    await run(_ID_AT)
    async with connection() as raw:
        await raw.copy_records_to_table("staged", records=_parsed(path, tell), columns=StagedRow._fields)
    await run("ANALYZE staged")
    return await _require_readable(path)


async def judge() -> None:
    """Reject what contradicts other rows or what the database already holds, and gather the rest into orders."""
    await run(_OTHER_CUSTOMER, Reason.OTHER_CUSTOMER)
    await run(_NO_DESCRIPTION, Reason.NO_DESCRIPTION, SOURCE)
    await run(_ORDERS.format(source=SOURCE))
    await run("ANALYZE staged_order")
    await run(_CHANGED, Reason.CHANGED_INVOICE)


async def _parsed(path: Path, tell: Callable[[int], None]) -> AsyncIterator[StagedRow]:
    for number, (line, fields) in enumerate(read_rows(path, tell)):
        if number % _BREATHE_EVERY == 0:
            await asyncio.sleep(0)  # lets a cancellation through
        yield parse(line, fields)


async def _require_readable(path: Path) -> int:
    found = await row(
        """SELECT count(*) AS total, count(*) FILTER (WHERE unreadable) AS unreadable,
                  min(line) FILTER (WHERE unreadable) AS first_line
           FROM (SELECT line, reason = ANY($1) IS TRUE AS unreadable FROM staged) judged""",
        [*UNREADABLE],
    )
    assert found is not None
    total, unreadable = found["total"], found["unreadable"]
    if total == 0:
        raise ImportRefused(f"{path}: has a header but no rows")
    if unreadable == total or unreadable > max(_UNREADABLE_AT_MOST, total // 100):
        raise ImportRefused(
            f"{path}: {unreadable:,} of {total:,} rows cannot be read, the first at line {found['first_line']}; "
            "this is no file of transactions"
        )
    return int(total)

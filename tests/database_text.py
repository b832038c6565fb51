"""The whole database as text, for tests that look for what must not be in it."""

import json
from base64 import b64encode
from urllib.parse import quote, quote_plus
from uuid import UUID

from domain.shared.database import rows, value


async def tables() -> list[str]:
    """Of the application and of its tests."""
    found = await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [one["tablename"] for one in found]


async def database_text() -> dict[str, str]:
    """Every table's rows as PostgreSQL prints them."""
    return {
        table: "\n".join(one["row"] for one in await rows(f'SELECT t::text AS row FROM "{table}" t'))
        for table in await tables()
    }


async def tables_with(text: str) -> set[str]:
    """In the rows of which tables `text` stands, in whatever column."""
    return {table for table in await tables() if await _stands_in(table, text)}


async def rows_about(person_id: UUID) -> dict[str, int]:
    """How many rows of each table name the person, in whatever column; tables without one are left out."""
    counted: dict[str, int] = {}
    for table in await tables():
        count = await value(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE $1', f"%{person_id}%")
        counted |= {table: count} if count else {}
    return counted


def spellings(text: str) -> set[str]:
    """`text` as it may be written: in JSON, in an address, in hexadecimal, in base64 wherever it stands there."""
    raw = text.encode()
    found = {text, json.dumps(text)[1:-1], quote(text), quote_plus(text), raw.hex(), raw.hex().upper()}
    for shift in range(3):
        inside = b64encode(bytes(shift) + raw).decode().rstrip("=")[(0, 2, 3)[shift] : -1]
        found |= {inside, inside.replace("+", "-").replace("/", "_")}
    return found


async def _stands_in(table: str, text: str) -> bool:
    return bool(await value(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE position($1 IN t::text) > 0)', text))

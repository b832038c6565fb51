"""Counting the SQL statements of this process, BEGIN and COMMIT included."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from asyncpg.connection import LoggedQuery

from domain.channels.known import channels, forget_known
from domain.shared import database
from domain.shared.settings import Settings

_OWN = re.compile(r"pg_catalog|SET jit|set_config\('jit'|current_setting\('jit'")
"""What asyncpg asks once per connection and type: what the type is, with JIT turned off meanwhile."""


@asynccontextmanager
async def counted_statements(shop: Settings) -> AsyncIterator[list[str]]:
    """The text of every statement that the pool's connections carry out inside the block."""
    pool, statements = await database._pool(), list[str]()
    forget_known()
    await channels()  # known from memory for seconds: nobody's statement depends on when they were read last

    def note(query: LoggedQuery) -> None:
        if not _OWN.search(query.query):
            statements.append(query.query)

    async with AsyncExitStack() as stack:  # opens every connection that the pool may have
        for _ in range(shop.database_pool_size):
            await stack.enter_async_context(pool.acquire())
    connections = [holder._con for holder in pool._holders]
    for connection in connections:
        connection.add_query_logger(note)
    try:
        yield statements
    finally:
        for connection in connections:
            connection.remove_query_logger(note)

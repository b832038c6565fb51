"""One moment of the database, for as long as an export takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.shared.database import run, transaction


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Whatever is read inside stands as it stood when the first statement ran; nothing can be written."""
    async with transaction():
        await run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield

"""A log of thirty entries, signed at the tenth and at the twentieth."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from domain.audit.entries import Head
from domain.shared.database import run
from domain.shared.settings import Settings
from tests.conftest import own_database
from tests.factories.audit import chained, signed
from tests.own_shop import own_shop

__all__ = ["own_shop"]


@pytest_asyncio.fixture(scope="module")
async def log_of_its_own(shop: Settings) -> AsyncIterator[Path]:
    """While it exists, the test's process works on it instead of the shop's."""
    async with own_database(shop, shop.data_dir):
        yield shop.data_dir


@pytest_asyncio.fixture
async def log(log_of_its_own: Path) -> Head:
    """The end of the chain."""
    await run("TRUNCATE audit_entry, audit_checkpoint")
    for _ in range(2):
        await chained(10)
        await signed()
    return await chained(10)

"""An empty database for one test alone, for what looks at every order that there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from domain.shared import database
from domain.shared.settings import Settings, settings
from tests.conftest import new_database, use_settings


@pytest_asyncio.fixture
async def own_shop(shop: Settings, tmp_path: Path) -> AsyncIterator[Settings]:
    """The test's process works on the database until the test is over."""
    await database.disconnect()
    async with new_database() as url:
        use_settings(url, shop.redis_url, tmp_path)
        await database.connect(settings())
        yield settings()
        await database.disconnect()
    use_settings(shop.database_url, shop.redis_url, shop.data_dir)
    await database.connect(settings())

"""An empty database for one test alone, for what looks at every order that there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from domain.shared.settings import Settings
from tests.conftest import own_database


@pytest_asyncio.fixture
async def own_shop(shop: Settings, tmp_path: Path) -> AsyncIterator[Settings]:
    """The test's process works on the database until the test is over."""
    async with own_database(shop, tmp_path) as own:
        yield own

"""The API as its own process, on a real socket."""

from collections.abc import AsyncIterator

import pytest_asyncio

from domain.shared.settings import Settings
from tests.processes import serving


@pytest_asyncio.fixture(scope="session")
async def api(shop: Settings) -> AsyncIterator[str]:
    """The address of this test process's API."""
    async with serving(shop) as url:
        yield url

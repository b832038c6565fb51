"""Processes of the shop beside the API, for the tests that need their work done."""

from collections.abc import AsyncIterator

import pytest_asyncio

from domain.shared.settings import Settings
from tests.processes import running, serving


@pytest_asyncio.fixture(scope="session")
async def api(shop: Settings) -> AsyncIterator[str]:
    async with serving(shop) as url:
        yield url


@pytest_asyncio.fixture(scope="module")
async def relay(shop: Settings) -> AsyncIterator[None]:
    async with running("workers.relay", shop=shop):
        yield


@pytest_asyncio.fixture(scope="module")
async def workers(shop: Settings, relay: None) -> AsyncIterator[None]:
    async with (
        running("workers.run", "--queue", "default", shop=shop),
        running("workers.run", "--queue", "ml", shop=shop),
    ):
        yield

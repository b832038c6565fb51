from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.shared import database
from domain.shared.clock import clock_at
from domain.shared.settings import Settings, settings
from hanse.seed import seed
from hanse.seed.demo import Demo, make_demo
from hanse.seed.scale import Scale
from tests.conftest import new_database, use_settings
from tests.hanse.seed.sizes import SMALL, THE_DAY
from tests.own_shop import own_shop

__all__ = ["own_shop"]


@pytest.fixture(scope="package")
def demo() -> Demo:
    """The whole demo shop in memory, on a day whose eighteen months hold two Novembers."""
    return make_demo(Scale(), THE_DAY.date(), 100_000)


@pytest_asyncio.fixture(scope="module")
async def seeded(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A small demo shop in a database of its own, to read only; answers the data folder."""
    folder = tmp_path_factory.mktemp("seeded")
    await database.disconnect()
    async with new_database() as url:
        use_settings(url, shop.redis_url, folder)
        await database.connect(settings())
        with clock_at(THE_DAY):
            await seed(scale=SMALL)
        yield folder
        await database.disconnect()
    use_settings(shop.database_url, shop.redis_url, shop.data_dir)
    await database.connect(settings())

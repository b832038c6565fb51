"""Seeding as a command: all or nothing, once, and never in production."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from rich.progress import Progress

from domain.shared.clock import clock_at
from domain.shared.database import connection, rows, value
from domain.shared.settings import Settings, settings
from hanse.failures import Failure
from hanse.seed import is_seeded, seed
from tests.factories.identity import a_user
from tests.hanse.seed.sizes import THE_DAY, TINY

pytestmark = pytest.mark.usefixtures("own_shop")


@pytest.fixture(autouse=True)
def that_day() -> Iterator[None]:
    with clock_at(THE_DAY):
        yield


async def counts() -> dict[str, int]:
    tables = await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {one[0]: await value(f'SELECT count(*) FROM "{one[0]}"') for one in tables}


async def test_a_second_run_changes_nothing(own_shop: Settings) -> None:
    await seed(scale=TINY)
    before, logins = await counts(), (own_shop.data_dir / "demo-logins.json").read_bytes()

    await seed(scale=TINY)

    assert await counts() == before
    assert (own_shop.data_dir / "demo-logins.json").read_bytes() == logins


async def test_two_runs_at_once_write_one_shop() -> None:
    await asyncio.gather(seed(scale=TINY), seed(scale=TINY))

    assert await value("SELECT count(*) FROM orders") == TINY.orders


async def test_an_unwritable_data_folder_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await counts()
    (tmp_path / "file").touch()
    monkeypatch.setenv("HANSE_DATA_DIR", str(tmp_path / "file" / "data"))
    settings.cache_clear()

    with pytest.raises(Failure, match="data folder"):
        await seed(scale=TINY)

    assert await counts() == before
    assert not await is_seeded()


async def test_a_server_that_goes_away_half_way_leaves_nothing_behind() -> None:
    before = await counts()
    async with connection() as raw:
        await raw.execute(
            "CREATE FUNCTION die() RETURNS trigger AS $$ BEGIN PERFORM pg_terminate_backend("
            "pg_backend_pid()); RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        await raw.execute("CREATE TRIGGER die AFTER INSERT ON payment FOR EACH STATEMENT EXECUTE FUNCTION die()")

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await seed(scale=TINY)

    assert await counts() == before
    assert not await is_seeded()


async def test_production_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_ENVIRONMENT", "production")
    settings.cache_clear()

    with pytest.raises(Failure, match="not for production"):
        await seed(scale=TINY)

    assert not await is_seeded()


async def test_somebody_who_has_a_demo_address_already_is_left_alone() -> None:
    await a_user(email="customer@example.com")

    with pytest.raises(Failure, match=r"customer@example\.com already"):
        await seed(scale=TINY)

    assert await value("SELECT count(*) FROM users") == 1


async def test_progress_is_shown_to_the_end() -> None:
    progress = Progress()

    await seed(progress, scale=TINY)

    (task,) = progress.tasks
    assert task.finished
    assert task.completed > TINY.orders

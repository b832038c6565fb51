"""The schedule rotates keys, however often it dies over it."""

from collections import Counter
from datetime import timedelta

import pytest

from domain.identity.keys.key_rotation import NOTICE, OVERLAP
from domain.identity.keys.keys import PURPOSES, ensure_keys
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from tests.backstage import Backstage, until
from workers.schedule import start_due

OLD = timedelta(days=91)
WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO audit_entry%'"""


@pytest.fixture(autouse=True)
async def young_keys(empty_database: str) -> None:  # noqa: ARG001 # a fixture asks for another to come before it
    await run("DELETE FROM signing_key")
    await ensure_keys()


async def test_the_schedule_makes_keys_and_later_retires_those_before() -> None:
    before = await _stored()
    with clock_at(now() + OLD):
        await start_due()
        made = await _stored() - before
    with clock_at(now() + OLD + NOTICE + OVERLAP):
        await start_due()

    assert Counter(kid.split("-")[0] for kid in made) == Counter(PURPOSES)
    assert await _signing() == set(made)


async def test_a_schedule_that_is_killed_in_the_middle_leaves_it_to_the_next(backstage: Backstage) -> None:
    await _age(OLD)
    before = await _stored()
    async with transaction():
        await run("LOCK TABLE audit_entry IN EXCLUSIVE MODE")  # where a rotation stops with its first key made
        first = backstage.start("workers.schedule")
        second = backstage.start("workers.schedule")
        await until(_is_waiting, seconds=30)
        first.kill()
        first.wait()
    await until(lambda: _has_new(before), seconds=30)
    again = backstage.start("workers.schedule")
    second.kill()
    backstage.redis.flushall()
    await until(lambda: _alive(backstage), seconds=30)

    made = await _stored() - before
    assert Counter(kid.split("-")[0] for kid in made) == Counter(PURPOSES)
    assert again.poll() is None


async def _age(by: timedelta) -> None:
    await run(
        "UPDATE signing_key SET created_at = created_at - $1::interval, active_from = active_from - $1::interval", by
    )


async def _is_waiting() -> bool:
    await run("SELECT pg_stat_clear_snapshot()")  # what a transaction has seen of others stays as it was
    return bool(await value(WAITING))


async def _has_new(before: set[str]) -> bool:
    return len(await _stored() - before) >= len(PURPOSES)


async def _alive(backstage: Backstage) -> bool:
    return backstage.is_alive("schedule")


async def _stored() -> set[str]:
    return {one["kid"] for one in await rows("SELECT kid FROM signing_key")}


async def _signing() -> set[str]:
    return {one["kid"] for one in await rows("SELECT kid FROM signing_key WHERE retired_at IS NULL")}

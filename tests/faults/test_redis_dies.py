"""A Redis that is emptied, stopped, or new."""

import asyncio

import pytest

from domain.shared.database import value
from tests.backstage import Backstage, all_took_effect, effects, until
from tests.workers.probes import Note, happen

_ALL_PLACED = "SELECT NOT EXISTS (SELECT FROM event WHERE position IS NULL)"


async def test_redis_emptied_again_and_again_loses_no_event(backstage: Backstage) -> None:
    backstage.start_relay()
    backstage.start_worker()

    for _ in range(5):
        await happen(Note, 100)
        await asyncio.sleep(0.1)
        backstage.redis.flushall()
    await until(all_took_effect, 10)

    assert await effects() == [1] * 500


async def test_while_redis_is_stopped_events_get_positions_and_afterwards_they_take_effect(
    backstage: Backstage,
) -> None:
    backstage.start_relay()
    backstage.start_worker()
    await happen(Note)
    await until(all_took_effect)

    backstage.valkey.stop()
    for _ in range(5):
        await happen(Note, 10)
        await until(lambda: value(_ALL_PLACED), 3)
    effects_without_redis = sum(await effects())
    backstage.valkey.start()
    await until(all_took_effect, 20)

    assert effects_without_redis == 1
    assert await effects() == [1] * 51


@pytest.mark.parametrize("command", ["publish", "evalsha"])
async def test_what_redis_refuses_without_losing_anything_is_sent_soon_after(
    backstage: Backstage, command: str
) -> None:
    backstage.start_relay()
    await until(lambda: _is_marked(backstage))

    backstage.redis.acl_setuser("default", enabled=True, commands=[f"-{command}"])
    await happen(Note, 20)
    await until(lambda: value(_ALL_PLACED))
    await asyncio.sleep(0.5)
    backstage.redis.acl_setuser("default", enabled=True, commands=[f"+{command}"])
    backstage.start_worker()
    await until(all_took_effect)

    assert await effects() == [1] * 20


async def test_events_of_a_time_without_any_worker_wait_in_postgresql_not_in_redis(backstage: Backstage) -> None:
    backstage.start_relay()
    await happen(Note, 50)
    await until(lambda: value("SELECT bool_and(enqueued_at > 'epoch') FROM inbox_entry"))

    backstage.redis.flushall()
    backstage.start_worker()
    await until(all_took_effect)

    assert await effects() == [1] * 50


async def _is_marked(backstage: Backstage) -> bool:
    return backstage.is_alive("relay")

"""Waiting subscriptions, with a Redis that comes and goes."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from api import live as living
from api.live import Live, live
from domain.orders.queries import newest_position
from domain.shared.database import run
from domain.shared.settings import settings
from tests.backstage import Backstage, until


@pytest_asyncio.fixture
async def waiting(backstage: Backstage) -> AsyncIterator[Live]:
    async with live(settings()) as waiting:
        await until(lambda: _is_subscribed(backstage))
        yield waiting


async def test_one_message_wakes_everybody_who_waits_at_once(backstage: Backstage, waiting: Live) -> None:
    waiters = [asyncio.create_task(waiting.wait(waiting.seen())) for _ in range(1000)]
    await asyncio.sleep(0)
    started = time.monotonic()

    await _happens(backstage)
    await asyncio.gather(*waiters)

    assert time.monotonic() - started < 1


async def test_a_message_between_looking_and_waiting_is_not_missed(backstage: Backstage, waiting: Live) -> None:
    seen = waiting.seen()
    await _happens(backstage)
    await until(lambda: _has_moved(waiting, seen))

    started = time.monotonic()
    await waiting.wait(seen)

    assert time.monotonic() - started < 0.1


async def test_without_a_message_the_wait_ends_by_itself(waiting: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "FALLBACK_SECONDS", 0.2)

    started = time.monotonic()
    await waiting.wait(waiting.seen())

    assert 0.15 < time.monotonic() - started < 1


async def test_after_redis_was_away_messages_wake_again(backstage: Backstage, waiting: Live) -> None:
    backstage.valkey.stop()
    seen = waiting.seen()
    await _happens()
    backstage.valkey.start()
    await until(lambda: _is_subscribed(backstage))
    await asyncio.wait_for(waiting.wait(seen), 2)
    waiter = asyncio.create_task(waiting.wait(waiting.seen()))
    await asyncio.sleep(0.05)
    started = time.monotonic()

    await _happens(backstage)
    await waiter

    assert time.monotonic() - started < 1


async def test_a_connection_that_has_fallen_silent_is_made_again(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "_SILENCE_SECONDS", 0.2)
    async with live(settings()):
        await until(lambda: _is_subscribed(backstage))
        before = _subscribers(backstage)
        process = backstage.valkey._process
        assert process is not None

        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(1)
        process.send_signal(signal.SIGCONT)
        await until(lambda: _is_another(backstage, before))

        assert len(before) == 1


async def test_without_redis_events_are_found_by_looking(
    backstage: Backstage, waiting: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "FALLBACK_SECONDS", 0.3)
    backstage.valkey.stop()
    seen = waiting.seen()

    await _happens()
    await until(lambda: _has_moved(waiting, seen), 8)

    backstage.valkey.start()
    assert waiting.position == await newest_position()


@pytest.mark.usefixtures("backstage")
async def test_listening_ends_at_whatever_moment_it_is_told_to() -> None:
    async with asyncio.timeout(30):
        for turn in range(80):
            async with live(settings()):
                await asyncio.sleep(turn / 10_000)  # about as long as connecting to Redis takes

    assert [task for task in asyncio.all_tasks() if "_listen_for_ever" in repr(task)] == []


async def _happens(backstage: Backstage | None = None) -> None:
    """An event gets its position; who listens to Redis is told."""
    await run(
        """INSERT INTO event (id, position, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
           SELECT gen_random_uuid(), coalesce(max(position), 0) + 1, 'test', 'test', gen_random_uuid(), 1, '{}', '', now()
           FROM event"""
    )
    if backstage is not None:
        backstage.redis.publish("hanse:events", 1)


def _subscribers(backstage: Backstage) -> set[str]:
    return {each["id"] for each in backstage.redis.client_list(_type="pubsub")}


async def _is_another(backstage: Backstage, before: set[str]) -> bool:
    return len(_subscribers(backstage) - before) == 1


async def _is_subscribed(backstage: Backstage) -> bool:
    return dict(backstage.redis.pubsub_numsub("hanse:events")) == {b"hanse:events": 1}


async def _has_moved(waiting: Live, seen: asyncio.Event) -> bool:
    return waiting.seen() is not seen

"""The real relay and a real worker, each in a process of its own."""

from datetime import timedelta

import asyncpg
import pytest
from redis import Redis

from domain.shared import relaying
from domain.shared.clock import now
from domain.shared.database import credentials, rows, value
from domain.shared.settings import settings
from tests.backstage import Backstage, all_took_effect, effects, until
from tests.workers.probes import ROUTES, Note, happen
from workers.post import Post


async def test_an_event_takes_effect_once_and_wakes_the_subscriptions(backstage: Backstage) -> None:
    listener = backstage.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis says no more
    listener.subscribe("hanse:events")
    listener.get_message(timeout=1)
    backstage.start_relay()
    backstage.start_worker()

    [event] = await happen(Note)
    await until(all_took_effect)

    assert await effects() == [1]
    assert listener.get_message(timeout=1)["data"] == b"1"
    entry = await rows("SELECT attempts, done_at IS NULL AS open, error FROM inbox_entry WHERE event_id = $1", event)
    assert [tuple(r) for r in entry] == [(1, False, None)]
    listener.close()


async def test_what_a_crashed_relay_placed_but_did_not_send_is_sent(backstage: Backstage) -> None:
    await happen(Note, 10)
    await _place_and_claim()

    backstage.start_relay()
    backstage.start_worker()
    await until(all_took_effect)

    assert await effects() == [1] * 10
    assert await value("SELECT max(position) FROM event") == 10


async def test_what_is_sent_several_times_takes_effect_once(backstage: Backstage) -> None:
    await happen(Note, 20)
    claimed = await _place_and_claim()
    post = Post(settings())

    for _ in range(4):
        post.send(claimed)
    backstage.start_worker()
    await until(lambda: _queue_is_empty(post))

    assert await effects() == [1] * 20


@pytest.mark.parametrize(("limits", "sent_again"), [((), 0), (("TIME_LIMIT=100",), 3)])
async def test_while_the_queue_is_full_enough_only_what_outlasts_its_time_limit_is_sent_again(
    backstage: Backstage, limits: tuple[str, ...], sent_again: int
) -> None:
    await happen(Note, 3)
    await _place_and_claim(age=timedelta(seconds=60))
    with Redis.from_url(settings().queue_url) as queue:
        queue.hset("dramatiq:default.msgs", mapping={str(n): "fetched, but the answer was lost" for n in range(3)})

        backstage.start_relay(*limits)
        await until(lambda: _is_marked(backstage))

        assert queue.llen("dramatiq:default") == sent_again


async def test_more_events_than_one_batch_all_take_effect(backstage: Backstage) -> None:
    for _ in range(4):
        await happen(Note, 300)

    backstage.start_relay()
    backstage.start_worker()
    await until(all_took_effect)

    assert await effects() == [1] * 1200
    assert await value("SELECT max(position) = 1200 AND min(position) = 1 FROM event")


async def _is_marked(backstage: Backstage) -> bool:
    return backstage.is_alive("relay")


async def _place_and_claim(age: timedelta = timedelta(0)) -> list[relaying.Delivery]:
    connection = await asyncpg.connect(**credentials(settings().database_url))
    await relaying.give_positions(connection, ROUTES, limit=100)
    claimed = await relaying.claim_unsent(connection, at=now() - age, limit=100)
    await connection.close()
    return claimed


async def _queue_is_empty(post: Post) -> bool:
    return post.count_messages("default") == 0

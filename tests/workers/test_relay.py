"""The real relay and a real worker, each in a process of its own."""

from datetime import timedelta

import asyncpg
import pytest
from dramatiq import Message
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


@pytest.mark.parametrize(("limits", "sent_again"), [((), {2}), (("TIME_LIMIT=100",), {0, 1, 2})])
async def test_what_the_queue_has_lost_is_sent_again_and_what_it_holds_only_after_its_time_limit(
    backstage: Backstage, limits: tuple[str, ...], sent_again: set[int]
) -> None:
    events = await happen(Note, 3)
    claimed = await _place_and_claim(age=timedelta(seconds=60))
    post = Post(settings())
    post.send(claimed[:2])
    with Redis.from_url(settings().queue_url) as queue:
        queue.delete("dramatiq:default")  # what a worker fetches is in the list no more

        backstage.start_relay(*limits)
        await until(lambda: _is_marked(backstage))

        found = queue.hmget("dramatiq:default.msgs", queue.lrange("dramatiq:default", 0, -1))
    assert {Message.decode(each).args[0] for each in found} == {str(events[n]) for n in sent_again}


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
    return not post.held("default")

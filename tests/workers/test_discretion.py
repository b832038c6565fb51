"""What the queue holds of work that failed."""

from dramatiq import Message
from redis import Redis

from domain.shared.database import value
from domain.shared.settings import settings
from tests.backstage import Backstage, until
from tests.workers.probes import Flaky, happen


async def test_a_message_that_waits_to_be_tried_again_says_nothing_of_what_went_wrong(backstage: Backstage) -> None:
    backstage.start_relay()
    backstage.start_worker("SHORTEST_BACKOFF=60000")

    await happen(Flaky)
    await until(lambda: value("SELECT error FROM inbox_entry"))
    with Redis.from_url(settings().queue_url) as queue:
        await until(lambda: _delayed(queue))
        [message] = await _delayed(queue)

    assert message.options["retries"] == 1
    assert "traceback" not in message.options
    assert b"the first time fails" not in message.encode()


async def _delayed(queue: Redis) -> list[Message[None]]:
    return [Message.decode(data) for data in queue.hvals("dramatiq:default.DQ.msgs")]  # type: ignore[arg-type]  # redis-py declares text

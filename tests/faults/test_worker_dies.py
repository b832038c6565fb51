"""Workers that are killed or told to stop in the middle of their work. The limits are those of production."""

import asyncio
import time

from domain.shared.database import value
from tests.backstage import Backstage, all_took_effect, effects, until
from tests.workers.probes import Slow, happen

_STARTED = "SELECT count(*) FROM probe_started"


async def test_what_a_killed_worker_was_doing_is_done_by_another_within_seconds(backstage: Backstage) -> None:
    backstage.start_relay()
    worker = backstage.start_worker()
    await happen(Slow, 3)
    await until(lambda: value(f"{_STARTED} HAVING count(*) = 3"))

    worker.kill()
    killed_at = time.monotonic()
    backstage.start_worker()
    await until(all_took_effect, 15)

    assert time.monotonic() - killed_at < 12
    assert await effects() == [1, 1, 1]
    assert await value("SELECT array_agg(attempts) FROM inbox_entry") == [2, 2, 2]


async def test_a_worker_that_is_told_to_stop_finishes_what_it_does_and_leaves_the_rest(backstage: Backstage) -> None:
    backstage.start_relay()
    worker = backstage.start_worker()
    await happen(Slow, 12)
    await until(lambda: value(f"{_STARTED} HAVING count(*) = 8"))

    worker.terminate()
    code = await asyncio.to_thread(worker.wait, 5)
    finished = sum(await effects())
    backstage.start_worker()
    await until(all_took_effect, 15)

    assert (code, finished) == (0, 8)
    assert await effects() == [1] * 12
    assert await value(_STARTED) == 12

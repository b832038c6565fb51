"""What becomes of work that fails."""

import asyncpg
import pytest

from domain.shared.database import row, value
from tests.backstage import Backstage, effects, until
from tests.workers.probes import Endless, Flaky, Note, Poison, Refused, happen
from workers.consume import consumer


async def test_a_refusal_is_final_and_kept_with_its_reason(backstage: Backstage) -> None:
    backstage.start_relay()
    backstage.start_worker()

    await happen(Refused)
    await until(lambda: value("SELECT dead_at FROM inbox_entry"))

    entry = await _only_entry()
    assert (entry["attempts"], entry["done_at"]) == (1, None)
    assert entry["error"].startswith("NOT_FOUND")


async def test_a_failure_is_tried_again(backstage: Backstage) -> None:
    backstage.start_relay()
    backstage.start_worker("SHORTEST_BACKOFF=100")

    await happen(Flaky)
    await until(lambda: value("SELECT done_at FROM inbox_entry"))

    entry = await _only_entry()
    assert (entry["attempts"], entry["dead_at"]) == (2, None)
    assert entry["error"] == "ConnectionError('the first time fails')"
    assert await effects() == [1]


async def test_work_that_takes_too_long_is_cancelled_and_tried_again(backstage: Backstage) -> None:
    backstage.start_relay()
    backstage.start_worker("TIME_LIMIT=100", "SHORTEST_BACKOFF=100")

    await happen(Endless)
    await until(lambda: value("SELECT attempts > 1 AND error IS NOT NULL FROM inbox_entry"))

    entry = await _only_entry()
    assert (entry["error"], entry["done_at"]) == ("CancelledError()", None)


async def test_work_that_kills_its_process_is_given_up_and_the_rest_goes_on(backstage: Backstage) -> None:
    limits = ("MAX_ATTEMPTS=2", "HEARTBEAT_TIMEOUT=300")
    backstage.start_relay()
    backstage.start_worker(*limits)

    [poison] = await happen(Poison)
    while not await value("SELECT dead_at FROM inbox_entry WHERE event_id = $1", poison):
        await until(lambda: _is_dead_or_has_killed(backstage))
        backstage.start_worker(*limits)
    [note] = await happen(Note)
    await until(lambda: value("SELECT count(*) FROM probe_effect WHERE event_id = $1", note))

    assert await value("SELECT count(*) FROM probe_started WHERE event_id = $1", poison) == 2
    assert await value("SELECT count(*) FROM probe_effect WHERE event_id = $1", poison) == 0


def test_a_consumer_on_another_queue_than_its_route_is_refused() -> None:
    with pytest.raises(ValueError, match="run_report"):
        consumer("run_report", queue="default")


async def _is_dead_or_has_killed(backstage: Backstage) -> bool:
    return backstage.running[-1].poll() is not None or bool(await value("SELECT max(dead_at) FROM inbox_entry"))


async def _only_entry() -> asyncpg.Record:
    entry = await row("SELECT * FROM inbox_entry")
    assert entry is not None
    return entry

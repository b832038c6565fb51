"""Relays that are killed, doubled, or lose their database."""

import asyncio

from domain.shared.database import rows, run, value
from domain.shared.locks import AdvisoryLock
from tests.backstage import Backstage, all_took_effect, effects, until
from tests.workers.probes import Note, happen

_LOCK = f"""SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND objid = {AdvisoryLock.RELAY:d} AND datname = current_database()"""
_RELAYS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'hanse relay' AND datname = current_database()"

_SWEPT_SECONDS = 60
"""A message that was cut off between its mark and the queue is sent again by the sweep, after about half a minute."""


async def test_a_relay_killed_in_the_middle_is_replaced_and_nothing_is_lost_or_doubled(backstage: Backstage) -> None:
    leader = backstage.start_relay()
    await until(lambda: value(_LOCK))
    backstage.start_relay()
    backstage.start_worker()

    writing = asyncio.create_task(_write(300))
    await until(lambda: value("SELECT max(position) > 100 FROM event"))
    leader.kill()
    await writing
    await until(lambda: value("SELECT max(position) = 300 FROM event"), 8)
    await until(all_took_effect, _SWEPT_SECONDS)

    assert await effects() == [1] * 300
    assert await _positions() == list(range(1, 301))


async def test_a_relay_that_loses_its_connection_goes_on_with_a_new_one(backstage: Backstage) -> None:
    relay = backstage.start_relay()
    backstage.start_worker()
    await until(lambda: value(_LOCK))

    for _ in range(3):
        await run(f"SELECT pg_terminate_backend(pid) FROM ({_LOCK}) AS holder")
        await _write(30)
    await until(lambda: value("SELECT max(position) = 90 FROM event"), 8)
    await until(all_took_effect, _SWEPT_SECONDS)

    assert relay.poll() is None
    assert await effects() == [1] * 90
    assert await _positions() == list(range(1, 91))


async def test_of_two_relays_one_works_and_ends_at_once_when_told(backstage: Backstage) -> None:
    relays = [backstage.start_relay(), backstage.start_relay()]
    await until(lambda: value(f"SELECT count(*) = 2 FROM ({_RELAYS}) AS relays"))
    await until(lambda: value(_LOCK))
    holders = len(await rows(_LOCK))

    for relay in relays:
        relay.terminate()
    codes = [await asyncio.to_thread(relay.wait, 5) for relay in relays]

    assert holders == 1
    assert codes == [0, 0]


async def _write(count: int) -> None:
    for _ in range(count):
        await happen(Note)
        await asyncio.sleep(0.002)


async def _positions() -> list[int]:
    return [r["position"] for r in await rows("SELECT position FROM event ORDER BY position")]

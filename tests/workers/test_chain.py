"""The audit chain as the real relay keeps it and the real schedule signs it, in processes of their own."""

import asyncio
import signal

import pytest

from domain.audit.walking import Problem
from domain.shared.database import run, value
from tests.backstage import Backstage, until
from tests.factories.audit import an_entry, signed, verified
from tests.workers.probes import Note, happen

_WAITING = "SELECT count(*) FROM audit_entry WHERE position IS NULL"
_CHAINER = """SELECT pid FROM pg_stat_activity
              WHERE application_name = 'hanse audit_chain' AND datname = current_database()"""


async def test_the_relay_chains_what_is_committed_and_the_schedule_signs_it(backstage: Backstage) -> None:
    backstage.start_relay()
    await asyncio.gather(*(an_entry() for _ in range(20)))
    await until(_all_have_their_place)

    backstage.start("workers.schedule")
    await until(_is_signed)

    found = await verified()
    assert (found.checkpoints, found.waiting, found.findings) == (1, 0, ())
    assert b"audit checkpoint" in backstage.log(1)
    assert str(found.head).encode() in backstage.log(1)


async def test_of_relays_that_are_killed_again_and_again_one_chain_comes(backstage: Backstage) -> None:
    writing = asyncio.ensure_future(_write(600, pause=0.01))

    while not writing.done():
        relay = backstage.start_relay()
        backstage.start_relay()
        await asyncio.sleep(1.5)
        assert (await verified()).findings == ()
        relay.send_signal(signal.SIGKILL)
        relay.wait()
    await until(_all_have_their_place)

    found = await verified()
    assert (found.findings, found.head.position) == ((), await value("SELECT count(*) FROM audit_entry"))


async def test_a_relay_whose_connection_is_ended_half_way_goes_on_from_the_end(backstage: Backstage) -> None:
    backstage.start_relay()
    for _ in range(5):
        await _write(100)
        await until(_somebody_chains)
        await run(f"SELECT pg_terminate_backend(pid) FROM ({_CHAINER}) AS chainers")

    await until(_all_have_their_place)

    assert (await verified()).findings == ()


async def test_a_chain_that_somebody_shortens_stands_still_while_events_go_on(backstage: Backstage) -> None:
    backstage.start_relay()
    await _write(10)
    await until(_all_have_their_place)
    await signed()
    await run("DELETE FROM audit_entry WHERE position = (SELECT max(position) FROM audit_entry)")

    await an_entry()
    await until(lambda: _says(backstage, b"the audit chain stands still"))

    found = await verified()
    assert (found.waiting, [one.problem for one in found.findings]) == (1, [Problem.CUT_OFF])
    assert backstage.running[0].poll() is None


@pytest.mark.parametrize(
    ("fault", "mended"),
    [
        (
            """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE 'no: %', NEW.id; END $f$;
               CREATE TRIGGER refuse BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse()""",
            "DROP FUNCTION refuse CASCADE",
        ),
        (
            "ALTER TABLE audit_entry RENAME COLUMN chain_hash TO hidden",
            "ALTER TABLE audit_entry RENAME hidden TO chain_hash",
        ),
    ],
    ids=["a trigger", "a column that is missing"],
)
async def test_whatever_is_wrong_with_the_chain_events_go_on(backstage: Backstage, fault: str, mended: str) -> None:
    relay = backstage.start_relay()
    await _write(3)
    await until(_all_have_their_place)
    await run(fault)
    try:
        await an_entry()
        await until(lambda: _says(backstage, b"the audit chain stands still"))
        await happen(Note, 3)
        await until(_all_events_have_theirs)
        assert relay.poll() is None
    finally:
        await run(mended)


async def test_a_relay_that_is_told_to_end_leaves_nothing_waiting(backstage: Backstage) -> None:
    relay = backstage.start_relay()
    await an_entry()
    await until(_all_have_their_place)

    await _write(20)
    relay.send_signal(signal.SIGTERM)
    await asyncio.to_thread(relay.wait)

    assert await _all_have_their_place()
    assert (await verified()).findings == ()


async def _write(entries: int, *, pause: float = 0) -> None:
    for _ in range(entries):
        await an_entry()
        await asyncio.sleep(pause)


async def _all_have_their_place() -> bool:
    return bool(await value(f"SELECT ({_WAITING}) = 0"))


async def _all_events_have_theirs() -> bool:
    return bool(await value("SELECT bool_and(position IS NOT NULL) FROM event"))


async def _is_signed() -> bool:
    return bool(await value("SELECT count(*) = 1 FROM audit_checkpoint"))


async def _somebody_chains() -> bool:
    return bool(await value(f"SELECT count(*) FROM ({_CHAINER}) AS chainers"))


async def _says(backstage: Backstage, words: bytes) -> bool:
    return words in backstage.log(0)

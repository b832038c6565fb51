"""How committed entries get their places, on a connection of the test's own."""

import asyncio
from contextvars import Context

import asyncpg
import pytest

from domain.audit.chaining import HeadMoved, chain, find_end
from domain.audit.entries import SECRET, START, Head
from domain.audit.record import record
from domain.shared.database import row, rows, run, transaction, value
from domain.shared.ids import new_id
from domain.shared.secrets import secret_for
from domain.shared.viewer import PLATFORM
from tests.factories.audit import an_entry, chained, own_connection, verified

pytestmark = pytest.mark.usefixtures("own_shop")


async def test_places_have_no_gap_and_hold_whoever_writes_or_rolls_back_meanwhile() -> None:
    async with own_connection() as connection:
        writing = asyncio.gather(*(_write() for _ in range(20)))
        known: Head | None = None
        while not writing.done():
            _, known = await _chain(connection, known, limit=7)
            await asyncio.sleep(0)
        while (placed := await _chain(connection, known, limit=7))[0]:
            known = placed[1]

    found = await rows("SELECT position FROM audit_entry ORDER BY position")
    before = await value("SELECT count(*) FROM audit_entry WHERE action = 'makeSigningKey'")
    assert [one["position"] for one in found] == list(range(1, before + 20 * 20 + 1))
    assert (await verified()).findings == ()


async def _write() -> None:
    for number in range(30):
        try:
            async with transaction():
                await record(PLATFORM, "writeThing", subject=("order", new_id()))
                await asyncio.sleep(0)
                if number % 3 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue


async def test_an_entry_that_commits_late_comes_after_those_that_have_their_place() -> None:
    async with transaction():
        await record(PLATFORM, "commitLate", subject=("order", new_id()))
        await asyncio.create_task(_elsewhere(), context=Context())
        between = await asyncio.create_task(_chained(), context=Context())

    afterwards = await chained()

    late = await row("SELECT serial, position FROM audit_entry WHERE action = 'commitLate'")
    early = await row("SELECT serial, position FROM audit_entry WHERE action = 'commitEarly'")
    assert late is not None
    assert early is not None
    assert (early["position"], late["position"]) == (between.position, afterwards.position)
    assert late["serial"] < early["serial"]
    assert (await verified()).findings == ()


async def _elsewhere() -> None:
    await an_entry("commitEarly")


async def _chained() -> Head:
    return await chained()


async def test_a_batch_is_placed_whole_or_not_at_all() -> None:
    await chained(5)
    for _ in range(20):
        await an_entry()
    async with own_connection() as connection:
        await run("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE data_exception; END'")
        await run(
            """CREATE TRIGGER fail BEFORE UPDATE ON audit_entry FOR EACH ROW
               WHEN (NEW.position % 10 = 0) EXECUTE FUNCTION fail()"""
        )
        with pytest.raises(asyncpg.DataError):
            await _chain(connection, None)
    half_way = await verified()
    await run("DROP TRIGGER fail ON audit_entry")

    await chained()

    assert (half_way.waiting, half_way.findings) == (20, ())
    afterwards = await verified()
    assert (afterwards.waiting, afterwards.findings) == (0, ())
    assert afterwards.entries == half_way.entries + 20


async def test_a_chain_that_does_not_end_where_it_was_left_is_not_continued() -> None:
    head = await chained(10)
    await an_entry()
    await run("UPDATE audit_entry SET position = NULL, chain_hash = NULL WHERE position > $1", head.position - 3)
    async with own_connection() as connection:
        with pytest.raises(HeadMoved, match=f"should end at {head.position}:"):
            await _chain(connection, head)

    assert await value("SELECT count(*) FROM audit_entry WHERE position IS NULL") == 4


async def test_the_first_entry_follows_from_nothing() -> None:
    await run("DELETE FROM audit_entry")
    async with own_connection() as connection:
        assert await _chain(connection, START) == (0, START)
        await an_entry()

        placed, head = await _chain(connection, START)

    stored = await row("SELECT serial, seal, chain_hash FROM audit_entry WHERE position = 1")
    assert stored is not None
    assert (placed, head) == (1, Head(1, stored["chain_hash"]))
    assert head == START.next(serial=stored["serial"], seal=stored["seal"], key=await secret_for(SECRET))
    assert head != START.next(serial=stored["serial"], seal=stored["seal"], key=await secret_for("another"))


async def test_looking_for_entries_without_a_place_reads_no_others() -> None:
    await chained(50)
    async with transaction():
        await run("SET LOCAL enable_seqscan = off")
        plan = await rows(
            "EXPLAIN SELECT id, serial, seal FROM audit_entry WHERE position IS NULL ORDER BY serial LIMIT 10"
        )

    assert "audit_entry_without_position" in str(plan)


async def _chain(connection: asyncpg.Connection, known: Head | None, *, limit: int = 100) -> tuple[int, Head]:
    key = await secret_for(SECRET)
    known = known or await find_end(connection, key=key, remembered=None)
    return await chain(connection, key=key, known=known, limit=limit)

"""The log is altered by SQL in every way there is, and the first entry that is not as it was written is named."""

from datetime import timedelta

import pytest

from domain.audit.entries import START, Head
from domain.audit.walking import Problem
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.locks import AdvisoryLock
from domain.shared.relaying import try_lock
from tests.factories.audit import an_entry, chained, own_connection, verified

ALTERED, MISPLACED, REMOVED = Problem.ALTERED, Problem.MISPLACED, Problem.REMOVED

_INSERT = """INSERT INTO audit_entry (id, position, at, actor_kind, action, subject_type, subject_id, network, request_id,
               seal, chain_hash)
             SELECT gen_random_uuid(), {position}, now(), 'platform', 'signReceipt', 'order', gen_random_uuid(), '', '',
               repeat('a', 64), {chain_hash}"""
_OPEN_A_GAP = (
    "UPDATE audit_entry SET position = -position WHERE position >= 7",
    "UPDATE audit_entry SET position = 1 - position WHERE position < 0",
)
_CLOSE_THE_GAP = (
    "UPDATE audit_entry SET position = -position WHERE position > 7",
    "UPDATE audit_entry SET position = -position - 1 WHERE position < 0",
)


async def test_a_log_that_nobody_touched_is_good(log: Head) -> None:
    found = await verified(noted=log)

    assert (found.entries, found.checkpoints, found.waiting, found.findings) == (30, 2, 0, ())
    assert found.head == log


@pytest.mark.parametrize(
    ("column", "other", "problem"),
    [
        ("id", "gen_random_uuid()", ALTERED),
        ("at", "at + interval '1 microsecond'", ALTERED),
        ("actor_kind", "'person'", ALTERED),
        ("actor_id", "gen_random_uuid()", ALTERED),
        ("action", "action || 's'", ALTERED),
        ("subject_type", "'cart'", ALTERED),
        ("subject_id", "gen_random_uuid()", ALTERED),
        ("before", "NULL", ALTERED),
        ("before", '\'{"state": "a"}\'', ALTERED),
        ("after", '\'{"state":"c"}\'', ALTERED),
        ("network", "'203.0.113.0/24'", ALTERED),
        ("request_id", "'another'", ALTERED),
        ("seal", "repeat('0', 64)", ALTERED),
        ("serial", "-serial", MISPLACED),
        ("chain_hash", "repeat('0', 64)", MISPLACED),
        ("chain_hash", "NULL", MISPLACED),
        ("position", "NULL", REMOVED),
        ("position", "0", Problem.REPEATED),
        ("position", "1000", REMOVED),
    ],
)
@pytest.mark.parametrize("place", [1, 17, 29])
@pytest.mark.usefixtures("log")
async def test_an_entry_of_which_a_column_was_altered_is_named(
    place: int, column: str, other: str, problem: Problem
) -> None:
    await run(f"UPDATE audit_entry SET {column} = {other} WHERE position = $1", place)
    altered = await value("SELECT id FROM audit_entry WHERE position = $1", place)

    first, *_ = (await verified()).findings

    assert first.problem == problem
    if problem is not Problem.REPEATED:
        assert (first.position, first.entry_id) == (place, None if problem is REMOVED else altered)


@pytest.mark.usefixtures("log")
async def test_the_last_entry_without_its_place_is_named() -> None:
    await run("UPDATE audit_entry SET position = NULL WHERE position = 30")

    first, *_ = (await verified()).findings

    assert (first.problem, first.position) == (MISPLACED, None)


async def test_every_column_is_altered() -> None:
    marks = test_an_entry_of_which_a_column_was_altered_is_named.pytestmark  # type: ignore[attr-defined]  # pytest's own
    [altered] = [one.args[1] for one in marks if one.name == "parametrize" and one.args[0] != "place"]

    columns = await rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_entry'")
    assert {column for column, _, _ in altered} == {one["column_name"] for one in columns}


@pytest.mark.parametrize(
    ("statements", "problem", "position"),
    [
        pytest.param(("DELETE FROM audit_entry WHERE position = 1",), REMOVED, 1, id="the first removed"),
        pytest.param(("DELETE FROM audit_entry WHERE position = 7",), REMOVED, 7, id="one in the middle removed"),
        pytest.param(("DELETE FROM audit_entry WHERE position IN (28, 4)",), REMOVED, 4, id="two removed"),
        pytest.param(("DELETE FROM audit_entry WHERE position >= 18",), Problem.CUT_OFF, 18, id="the end removed"),
        pytest.param(("DELETE FROM audit_entry",), Problem.CUT_OFF, 1, id="all removed"),
        pytest.param(
            ("DELETE FROM audit_entry WHERE position = 7", *_CLOSE_THE_GAP), MISPLACED, 7, id="one removed, gap closed"
        ),
        pytest.param(
            (_INSERT.format(position=31, chain_hash="repeat('b', 64)"),), ALTERED, 31, id="one inserted at the end"
        ),
        pytest.param(
            (*_OPEN_A_GAP, _INSERT.format(position=7, chain_hash="chain_hash FROM audit_entry WHERE position = 6")),
            ALTERED,
            7,
            id="one inserted in the middle",
        ),
        pytest.param((_INSERT.format(position=-1, chain_hash="''"),), Problem.REPEATED, -1, id="one before the first"),
        pytest.param((_INSERT.format(position="NULL", chain_hash="NULL"),), ALTERED, None, id="one without position"),
        pytest.param(
            (
                "UPDATE audit_entry SET position = -position WHERE position IN (7, 12)",
                "UPDATE audit_entry SET position = 19 + position WHERE position < 0",
            ),
            MISPLACED,
            7,
            id="two exchanged",
        ),
        pytest.param(
            (
                "CREATE TEMP TABLE was AS SELECT position, chain_hash FROM audit_entry WHERE position IN (7, 12)",
                "UPDATE audit_entry SET position = -position WHERE position IN (7, 12)",
                """UPDATE audit_entry e SET position = was.position, chain_hash = was.chain_hash FROM was
                   WHERE was.position = 19 + e.position""",
                "DROP TABLE was",
            ),
            MISPLACED,
            7,
            id="two exchanged, hashes left in place",
        ),
        pytest.param(
            (
                """UPDATE audit_entry e SET action = o.action, subject_id = o.subject_id, seal = o.seal
                   FROM audit_entry o WHERE e.position IN (7, 12) AND o.position = 19 - e.position""",
            ),
            ALTERED,
            7,
            id="what two say exchanged",
        ),
        pytest.param(
            (
                "UPDATE audit_entry SET action = 'nothing' WHERE position = 7",
                "UPDATE audit_entry SET seal = encode(sha256((id || action)::bytea), 'hex') WHERE position = 7",
                "UPDATE audit_entry SET chain_hash = encode(sha256((seal || position)::bytea), 'hex') WHERE position >= 7",
            ),
            ALTERED,
            7,
            id="one altered and everything after it hashed again",
        ),
        pytest.param(
            (
                "DELETE FROM audit_entry WHERE position = 7",
                *_CLOSE_THE_GAP,
                "UPDATE audit_entry SET chain_hash = encode(sha256((seal || position)::bytea), 'hex') WHERE position >= 7",
            ),
            MISPLACED,
            7,
            id="one removed and everything after it hashed again",
        ),
    ],
)
@pytest.mark.usefixtures("log")
async def test_the_first_entry_that_was_removed_inserted_or_moved_is_named(
    statements: tuple[str, ...], problem: Problem, position: int | None
) -> None:
    for statement in statements:
        await run(statement)

    first, *_ = (await verified()).findings

    assert (first.problem, first.position) == (problem, position)


@pytest.mark.usefixtures("own_shop")
async def test_one_inserted_beside_another_is_named_when_the_database_no_longer_forbids_it() -> None:
    await chained(10)
    await run("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_position_key")
    await run(_INSERT.format(position=5, chain_hash="NULL"))

    found = await verified()

    problems = {(one.problem, one.position) for one in found.findings}
    assert {(Problem.REPEATED, 5)} <= problems


@pytest.mark.usefixtures("log")
async def test_one_entry_altered_is_one_finding_and_the_others_are_good() -> None:
    await run("UPDATE audit_entry SET action = 'nothing' WHERE position = 7")

    found = await verified()

    assert (len(found.findings), found.entries, found.checkpoints) == (1, 29, 2)


@pytest.mark.usefixtures("log")
async def test_what_was_taken_out_and_chained_again_differs_from_what_was_signed() -> None:
    await run("DELETE FROM audit_entry WHERE position = 7")
    await run("UPDATE audit_entry SET position = NULL, chain_hash = NULL WHERE position > 7")
    await chained()

    found = await verified()

    assert [(one.problem, one.position) for one in found.findings] == [
        (Problem.REWRITTEN, 10),
        (Problem.REWRITTEN, 20),
    ]


async def test_what_was_removed_behind_the_last_checkpoint_is_missed_by_a_head_that_was_noted(log: Head) -> None:
    await run("DELETE FROM audit_entry WHERE position > 25")

    unnoticed, noticed = await verified(), await verified(noted=log)

    assert unnoticed.findings == ()
    assert [(one.problem, one.position, one.last) for one in noticed.findings] == [(Problem.CUT_OFF, 26, 30)]


async def test_what_was_chained_again_behind_the_last_checkpoint_differs_from_a_head_that_was_noted(log: Head) -> None:
    await run("DELETE FROM audit_entry WHERE position = 25")
    await run("UPDATE audit_entry SET position = NULL, chain_hash = NULL WHERE position > 25")
    await chained(1)

    noticed = await verified(noted=log)

    assert [(one.problem, one.position) for one in noticed.findings] == [(Problem.NOT_NOTED, 30)]


async def test_a_noted_head_holds_when_the_chain_has_grown_since(log: Head) -> None:
    longer = await chained(5)

    found = await verified(noted=log)

    assert (found.findings, found.head) == ((), longer)


@pytest.mark.usefixtures("log")
async def test_nothing_at_all_is_no_good_log() -> None:
    await run("TRUNCATE audit_entry, audit_checkpoint")

    found = await verified()

    assert [one.problem for one in found.findings] == [Problem.EMPTY]


@pytest.mark.usefixtures("log")
async def test_an_entry_without_a_place_is_missed_after_a_minute_in_which_the_relay_ran() -> None:
    async with own_connection() as relay:
        await try_lock(relay, AdvisoryLock.AUDIT_CHAIN)
        waiting = await an_entry()
        fresh = await verified()
        with clock_at(now() + timedelta(seconds=61)):
            stale = await verified()

    assert (fresh.waiting, fresh.relay_runs, fresh.findings) == (1, True, ())
    assert [(one.problem, one.position, one.entry_id) for one in stale.findings] == [(Problem.WAITING, None, waiting)]


@pytest.mark.usefixtures("log")
async def test_entries_may_wait_for_years_where_no_relay_runs_and_for_a_minute_after_it_was_started() -> None:
    await an_entry()
    with clock_at(now() + timedelta(days=700)):
        stopped = await verified()
    await run("UPDATE audit_entry SET at = now() - interval '2 minutes' WHERE position IS NULL")
    async with own_connection() as relay:
        await try_lock(relay, AdvisoryLock.AUDIT_CHAIN)
        started = await verified()

    assert (stopped.waiting, stopped.relay_runs, stopped.findings) == (1, False, ())
    assert (started.waiting, started.relay_runs) == (1, True)
    assert Problem.WAITING not in [one.problem for one in started.findings]


@pytest.mark.usefixtures("log")
async def test_a_noted_head_of_before_the_first_entry_is_compared_too() -> None:
    made_up, true = await verified(noted=Head(0, "a" * 64)), await verified(noted=START)

    assert [(one.problem, one.position) for one in made_up.findings] == [(Problem.NOT_NOTED, 0)]
    assert true.findings == ()


@pytest.mark.usefixtures("log")
async def test_an_entry_that_was_altered_while_it_waited_is_named() -> None:
    waiting = await an_entry()
    await run("UPDATE audit_entry SET after = NULL WHERE id = $1", waiting)

    before = await verified()
    end = await chained()
    after = await verified()

    assert [(one.problem, one.position, one.entry_id) for one in before.findings] == [(ALTERED, None, waiting)]
    assert [(one.problem, one.position, one.entry_id) for one in after.findings] == [(ALTERED, end.position, waiting)]

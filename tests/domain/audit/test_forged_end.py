"""Somebody who writes to the tables puts an end to the chain: it gets no signature, and stops none of the later ones."""

from datetime import timedelta

import pytest

from domain.audit.chaining import EndForged, HeadMoved, find_end
from domain.audit.checkpoints import Checkpoint, checkpoints
from domain.audit.entries import SECRET, START, Head
from domain.audit.walking import Problem
from domain.identity.keys.checkpoint import sign_checkpoint
from domain.shared.clock import clock_at, now
from domain.shared.database import run, value
from domain.shared.secrets import secret_for
from tests.factories.audit import an_entry, chained, own_connection, verified

_FAR = 1_000_000_000
_INSERT = """INSERT INTO audit_entry (id, position, at, actor_kind, action, subject_type, subject_id, network, request_id,
               seal, chain_hash)
             SELECT gen_random_uuid(), $1, now(), 'platform', 'signReceipt', 'order', gen_random_uuid(), '', '',
               repeat('a', 64), repeat('b', 64)"""
_INSERT_CHECKPOINT = """INSERT INTO audit_checkpoint (position, chain_hash, at, kid, seal, signature)
                        SELECT $1, chain_hash, at, kid, seal, signature FROM audit_checkpoint WHERE position = 20"""


@pytest.mark.parametrize("position", [31, _FAR])
async def test_an_end_that_was_put_in_by_hand_gets_no_signature_and_the_true_one_does_later(
    log: Head, position: int
) -> None:
    await run(_INSERT, position)
    refused = await _signed_at(minutes=6)
    await run("DELETE FROM audit_entry WHERE position = $1", position)

    later = await _signed_at(minutes=7)

    assert refused is None
    assert later is not None
    assert later.head == log
    assert (await verified()).findings == ()


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE audit_entry SET action = 'nothing' WHERE position = 30",
        "UPDATE audit_entry SET chain_hash = repeat('0', 64) WHERE position = 30",
        "UPDATE audit_entry SET chain_hash = NULL WHERE position = 30",
        "UPDATE audit_entry SET serial = -serial WHERE position = 30",
        "UPDATE audit_entry SET chain_hash = repeat('0', 64) WHERE position = 29",
        "DELETE FROM audit_entry WHERE position = 29",
        "UPDATE audit_entry SET position = -30 WHERE position = 30; DELETE FROM audit_entry WHERE position > 0",
    ],
)
@pytest.mark.usefixtures("log")
async def test_an_end_that_was_altered_gets_no_signature(altered: str) -> None:
    for statement in altered.split("; "):
        await run(statement)

    assert await _signed_at(minutes=6) is None
    assert len(await checkpoints()) == 2


@pytest.mark.usefixtures("log")
async def test_an_entry_that_was_altered_at_the_end_stops_no_checkpoint_of_what_follows_it() -> None:
    await run("UPDATE audit_entry SET action = 'nothing' WHERE position = 30")
    longer = await chained(1)

    signed = await _signed_at(minutes=6)

    assert signed is not None
    assert signed.head == longer
    assert [(one.problem, one.position) for one in (await verified()).findings] == [(Problem.ALTERED, 30)]


@pytest.mark.parametrize("position", [25, _FAR])
async def test_a_checkpoint_that_was_put_in_by_hand_stops_no_later_one(log: Head, position: int) -> None:
    await run(_INSERT_CHECKPOINT, position)

    signed = await _signed_at(minutes=6)

    assert signed is not None
    assert signed.head == log
    assert [one.problem for one in (await verified()).findings if one.position == position] == [Problem.FORGED]


@pytest.mark.usefixtures("log")
async def test_a_checkpoint_that_was_put_where_the_next_belongs_is_left_and_the_one_after_it_comes() -> None:
    await run(_INSERT_CHECKPOINT, 30)
    refused = await _signed_at(minutes=6)
    longer = await chained(1)

    signed = await _signed_at(minutes=7)

    assert refused is None
    assert signed is not None
    assert signed.head == longer
    assert [(one.problem, one.position) for one in (await verified()).findings] == [(Problem.FORGED, 30)]


@pytest.mark.parametrize("position", [31, _FAR])
@pytest.mark.usefixtures("log")
async def test_whoever_begins_to_chain_does_not_go_on_from_an_end_that_was_put_in_by_hand(position: int) -> None:
    await run(_INSERT, position)
    await an_entry()

    with pytest.raises(EndForged, match=f"ends at {position}"):
        await _found()


@pytest.mark.usefixtures("log")
async def test_a_forged_end_that_lost_its_place_gets_another_and_is_named_for_ever() -> None:
    await run(_INSERT, _FAR)
    await run("UPDATE audit_entry SET position = NULL, chain_hash = NULL WHERE position = $1", _FAR)
    longer = await chained(1)

    signed = await _signed_at(minutes=6)

    assert signed is not None
    assert signed.head == longer
    assert [(one.problem, one.position) for one in (await verified()).findings] == [(Problem.ALTERED, 31)]


async def test_whoever_lost_the_connection_goes_on_only_where_the_chain_holds_what_was_given(log: Head) -> None:
    longer = await chained(2)
    grown = await _found(log)
    await run("DELETE FROM audit_entry WHERE position >= 30")

    with pytest.raises(HeadMoved, match="should hold 30:"):
        await _found(log)

    assert grown == longer
    assert await _found(START) == await _found()


@pytest.mark.usefixtures("log")
async def test_an_entry_whose_place_is_not_stored_stops_the_chain() -> None:
    await run("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    await run("CREATE TRIGGER swallow BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION swallow()")
    try:
        with pytest.raises(HeadMoved, match="1 of 1 places"):
            await chained(1)
    finally:
        await run("DROP FUNCTION swallow CASCADE")

    assert await value("SELECT count(*) FROM audit_entry WHERE position IS NULL") == 1


async def _signed_at(*, minutes: int) -> Checkpoint | None:
    with clock_at(now() + timedelta(minutes=minutes)):
        return await sign_checkpoint()


async def _found(remembered: Head | None = None) -> Head:
    async with own_connection() as connection:
        return await find_end(connection, key=await secret_for(SECRET), remembered=remembered)

"""Checkpoints: when they are due, what they say, and that nobody else can make one."""

from datetime import timedelta

import pytest
from ecdsa import NIST256p, SigningKey

from domain.audit.checkpoints import LAST_BEFORE, Checkpoint, checkpoints, head_to_sign
from domain.audit.end_of_chain import LAST_TWO
from domain.audit.entries import Head
from domain.audit.walking import Problem
from domain.identity.keys.checkpoint import sign_checkpoint
from domain.identity.keys.key_rotation import NOTICE, OVERLAP, rotate_keys
from domain.identity.keys.keys import REFRESH, public_keys
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from domain.shared.signatures import sign
from tests.factories.audit import chained, signed, verified


async def test_the_end_of_a_chain_that_has_grown_is_signed_every_five_minutes(log: Head) -> None:
    counted = []

    for seconds in (0, 299, 301, 302, 700):
        with clock_at(now() + timedelta(seconds=seconds)):
            await sign_checkpoint()
        counted.append(len(await checkpoints()))

    assert counted == [2, 2, 3, 3, 3]
    assert (await checkpoints())[-1].head == log
    assert (await verified()).checkpoints == 3


@pytest.mark.usefixtures("log")
async def test_entries_without_a_place_are_not_signed() -> None:
    await run("UPDATE audit_entry SET position = NULL, chain_hash = NULL")
    await run("TRUNCATE audit_checkpoint")

    assert await head_to_sign(timedelta(0)) is None


@pytest.mark.usefixtures("log")
async def test_the_same_end_signed_twice_is_one_checkpoint() -> None:
    one, other = await signed(), await _signed_again()

    assert one.head == other.head
    assert await value("SELECT count(*) FROM audit_checkpoint") == 3


async def _signed_again() -> Checkpoint:
    await run("DELETE FROM audit_checkpoint WHERE position = 30")
    return await signed()


@pytest.mark.usefixtures("log")
async def test_whoever_has_the_public_key_alone_can_check_what_was_signed() -> None:
    made = await signed()

    assert made.is_signed(await public_keys("audit"))
    assert not made.is_signed({})
    assert not made.is_signed(await public_keys("receipt"))
    assert made.text().startswith('{"at":"20')
    assert made.text().endswith(f'"kid":"{made.kid}","position":30,"what":"audit checkpoint"}}')


@pytest.mark.parametrize(
    ("column", "other", "position"),
    [
        ("position", "19", 19),
        ("chain_hash", "repeat('0', 64)", 20),
        ("at", "at - interval '1 microsecond'", 20),
        ("kid", "'another'", 20),
        ("seal", "repeat('0', 64)", 20),
        ("signature", "translate(signature, 'Aa', 'aA')", 20),
        ("signature", "(SELECT signature FROM audit_checkpoint WHERE position = 10)", 20),
        ("signature", "''", 20),
    ],
)
@pytest.mark.usefixtures("log")
async def test_a_checkpoint_of_which_a_column_was_altered_is_named(column: str, other: str, position: int) -> None:
    await run(f"UPDATE audit_checkpoint SET {column} = {other} WHERE position = 20")

    found = await verified()

    assert [(one.problem, one.position) for one in found.findings] == [(Problem.FORGED, position)]
    assert found.checkpoints == 1


@pytest.mark.usefixtures("own_shop")
async def test_a_checkpoint_signed_by_a_key_pair_that_somebody_stored_is_named() -> None:
    end = await chained(5)
    pair = SigningKey.generate(curve=NIST256p)
    await run(
        """INSERT INTO signing_key SELECT (jsonb_populate_record(k, jsonb_build_object('id', gen_random_uuid(),
             'kid', 'audit-mine', 'public_pem', $1::text))).* FROM signing_key k WHERE purpose = 'audit' LIMIT 1""",
        pair.verifying_key.to_pem().decode(),
    )
    mine = Checkpoint(end.position, end.chain_hash, now(), "audit-mine", seal="0" * 64, signature="")
    await run(
        "INSERT INTO audit_checkpoint (position, chain_hash, at, kid, seal, signature) VALUES ($1, $2, $3, $4, $5, $6)",
        mine.position,
        mine.chain_hash,
        mine.at,
        mine.kid,
        mine.seal,
        sign(mine.text(), pair.to_pem().decode()),
    )

    with clock_at(now() + REFRESH):
        known, found = await public_keys("audit"), await verified()

    assert "audit-mine" in known
    assert [(one.problem, one.position) for one in found.findings] == [(Problem.FORGED, end.position)]


@pytest.mark.usefixtures("own_shop")
async def test_what_a_key_has_signed_is_good_when_the_key_is_gone() -> None:
    await chained(5)
    before = await signed()
    await rotate_keys()
    with clock_at(now() + NOTICE + OVERLAP + timedelta(seconds=1)):
        await rotate_keys()
        await chained(5)
        after = await signed()

        found = await verified()

    assert before.kid != after.kid
    assert await value("SELECT private_encrypted IS NULL FROM signing_key WHERE kid = $1", before.kid)
    assert (found.checkpoints, found.findings) == (2, ())


@pytest.mark.usefixtures("own_shop")
async def test_a_checkpoint_whose_public_key_was_exchanged_is_named() -> None:
    await chained(5)
    made = await signed()
    other = SigningKey.generate(curve=NIST256p).verifying_key.to_pem().decode()
    await run("UPDATE signing_key SET public_pem = $2 WHERE kid = $1", made.kid, other)

    with clock_at(now() + REFRESH):
        found = await verified()

    assert [one.problem for one in found.findings] == [Problem.FORGED]


@pytest.mark.usefixtures("log")
async def test_looking_for_what_is_to_be_signed_reads_a_few_rows() -> None:
    async with transaction():
        await run("SET LOCAL enable_seqscan = off")
        await run("SET LOCAL enable_sort = off")
        plans = [await rows(f"EXPLAIN {LAST_TWO}"), await rows(f"EXPLAIN {LAST_BEFORE}", 30)]

    assert all("Limit" in str(plan) and "Index Scan Backward" in str(plan) for plan in plans)
    assert "Sort" not in str(plans)

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from tests.backstage import Backstage, until
from tests.factories.identity import signed_in
from workers.schedule import clear_due, last_night, start_due

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
KINDS = "SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind"


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ((2026, 3, 28, 12, 0), (2026, 3, 28, 3)),
        ((2026, 3, 28, 3, 0), (2026, 3, 28, 3)),
        ((2026, 3, 28, 2, 59), (2026, 3, 27, 3)),
        ((2026, 3, 1, 0, 0), (2026, 2, 28, 3)),
    ],
)
def test_the_last_night_began_at_three(moment: tuple[int, ...], night: tuple[int, ...]) -> None:
    assert last_night(datetime(*moment, tzinfo=UTC)) == datetime(*night, tzinfo=UTC)  # type: ignore[arg-type, misc]  # mypy sees no length


@pytest.mark.usefixtures("empty_database")
async def test_what_was_never_started_is_due_at_once_and_then_once_a_night() -> None:
    counted = []

    for hours in (0, 1, 14, 15, 16, 39, 100):
        with clock_at(NOON + timedelta(hours=hours)):
            await start_due()
        counted.append(await value("SELECT count(*) FROM event"))

    assert counted == [2, 2, 2, 4, 4, 6, 8]
    assert [tuple(r) for r in await rows(KINDS)] == [("segmentation.due", 4), ("training.due", 4)]


@pytest.mark.usefixtures("empty_database")
async def test_of_many_schedules_at_one_moment_one_starts_each_job() -> None:
    await asyncio.gather(*(start_due() for _ in range(20)))

    assert [tuple(r) for r in await rows(KINDS)] == [("segmentation.due", 1), ("training.due", 1)]


@pytest.mark.usefixtures("empty_database")
async def test_settled_entries_and_keys_are_deleted_after_thirty_days_and_open_ones_never() -> None:
    await _entries_of(age_days=31, done=True)
    await _entries_of(age_days=31, done=False)
    await _entries_of(age_days=29, done=True)
    await run(
        """INSERT INTO idempotency_key (id, actor, kind, key, fingerprint, result_id, created_at)
           SELECT gen_random_uuid(), 'a', 'k', days, '', gen_random_uuid(), $1::timestamptz - days * interval '1 day'
           FROM generate_series(29, 31) AS days""",
        NOON,
    )

    with clock_at(NOON):
        await clear_due()

    assert await value("SELECT array_agg(key ORDER BY key) FROM idempotency_key") == ["29", "30"]
    assert await value("SELECT array_agg(done_at IS NULL ORDER BY enqueued_at) FROM inbox_entry") == [True, False]


@pytest.mark.usefixtures("empty_database")
async def test_old_sessions_are_deleted_once_a_night() -> None:
    tokens = await signed_in()
    counted = []

    for days in (59, 61):
        with clock_at(now() + timedelta(days=days)):
            await clear_due()
        counted.append(await value("SELECT count(*) FROM session WHERE id = $1", tokens.session_id))

    assert counted == [1, 0]


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("DELETE FROM inbox_entry WHERE done_at < now()", "inbox_entry_done"),
        ("DELETE FROM idempotency_key WHERE created_at < now()", "idx_idempotency_created"),
        ("DELETE FROM refresh_token WHERE expires_at < now()", "refresh_token_expiry"),
        ("DELETE FROM session WHERE ended_at < now()", "session_ended"),
        ("DELETE FROM registration WHERE created_at < now()", "registration_created"),
        ("DELETE FROM mail_link WHERE expires_at < now()", "expires"),
        ("DELETE FROM email_change WHERE created_at < now()", "email_change_created"),
        ("DELETE FROM cart WHERE state = 'open' AND updated_at < now()", "cart_abandoned"),
        ("SELECT id FROM users WHERE is_guest AND erased_at IS NULL ORDER BY id LIMIT 1000", "users_guests"),
        ("SELECT id FROM users WHERE erased_at IS NOT NULL", "users_erased"),
        (
            "DELETE FROM segment_member WHERE customer_id = '00000000-0000-0000-0000-000000000000'",
            "segment_member_customer",
        ),
    ],
)
async def test_clearing_does_not_read_whole_tables(statement: str, index: str) -> None:
    async with transaction():
        await run("SET LOCAL enable_seqscan = off")
        plan = await rows(f"EXPLAIN {statement}")

    assert index in str(plan)


async def test_two_schedule_processes_start_each_job_once_and_the_other_takes_over(backstage: Backstage) -> None:
    first = backstage.start("workers.schedule")
    await until(lambda: _is_marked(backstage))
    backstage.start("workers.schedule")
    first.kill()
    backstage.redis.flushall()

    await until(lambda: _is_marked(backstage))

    assert [tuple(r) for r in await rows(KINDS)] == [("segmentation.due", 1), ("training.due", 1)]


async def test_a_clearing_that_takes_long_holds_up_nothing_and_goes_on_when_it_was_killed(
    backstage: Backstage, empty_database: str
) -> None:
    await _entries_of(age_days=31, done=True)
    blocker = await asyncpg.connect(empty_database)

    async with blocker.transaction():
        await blocker.execute("SELECT FROM inbox_entry FOR UPDATE")
        first = backstage.start("workers.schedule")
        await until(_something_waits)
        await until(lambda: _is_marked(backstage))
        first.kill()
        first.wait()
    assert await value("SELECT count(*) FROM inbox_entry") == 1
    await blocker.close()
    backstage.start("workers.schedule")

    await until(_is_cleared)

    assert [tuple(r) for r in await rows(KINDS) if r["kind"] != "old"] == [("segmentation.due", 1), ("training.due", 1)]


async def _something_waits() -> bool:
    return bool(await value(WAITING))


async def _is_cleared() -> bool:
    return bool(await value("SELECT count(*) = 0 FROM inbox_entry"))


async def _is_marked(backstage: Backstage) -> bool:
    return backstage.is_alive("schedule")


async def _entries_of(*, age_days: int, done: bool) -> None:
    event = uuid4()
    await run(
        """INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
           VALUES ($1, 'old', 'old', $1, 1, '{}', '', $2)""",
        event,
        NOON - timedelta(days=age_days),
    )
    await run(
        """INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at, done_at)
           VALUES ($1, $1, 'old', 1, $2, CASE WHEN $3 THEN $2::timestamptz END)""",
        event,
        NOON - timedelta(days=age_days),
        done,
    )

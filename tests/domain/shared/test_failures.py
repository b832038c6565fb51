"""What is told of an exception holds no values that people sent."""

import asyncio

import asyncpg
import pytest

from domain.shared.database import connection, run
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.failures import told, traceback_of
from domain.shared.transactions import use_case

SECRET = "anna.kaufmann@example.org"


async def _violation() -> asyncpg.PostgresError:
    """A broken rule of which PostgreSQL tells the row."""
    with pytest.raises(asyncpg.UniqueViolationError) as raised:
        await _insert_twice()
    return raised.value


@use_case
async def _insert_twice() -> None:
    await run("CREATE TEMP TABLE people (email text PRIMARY KEY) ON COMMIT DROP")
    await run("INSERT INTO people VALUES ($1), ($1)", SECRET)


async def test_a_violated_constraint_is_told_by_its_name_and_without_the_row() -> None:
    violation = await _violation()

    assert SECRET in str(violation)
    assert told(violation) == """UniqueViolationError('duplicate key value violates unique constraint "people_pkey"')"""


@pytest.mark.parametrize(
    "statement",
    ["SELECT $1::text::uuid", "SELECT $1::text::timestamptz", "SELECT $1::int"],
)
async def test_a_value_that_does_not_fit_is_not_told(statement: str) -> None:
    async with connection() as raw:
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as raised:
            await raw.fetch(statement, SECRET)

    assert SECRET in str(raised.value)
    assert told(raised.value) == f"{type(raised.value).__name__}(…)"


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), LookupError(SECRET), Exception(SECRET)])
def test_a_text_that_may_quote_a_value_is_left_out(error: Exception) -> None:
    assert told(error) == f"{type(error).__name__}(…)"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ConnectionError("the first time fails"), "ConnectionError('the first time fails')"),
        (RuntimeError("two\nlines"), "RuntimeError('two lines')"),
        (asyncio.CancelledError(), "CancelledError()"),
        (asyncpg.DeadlockDetectedError("deadlock detected"), "DeadlockDetectedError('deadlock detected')"),
        (asyncpg.InterfaceError("connection is closed"), "InterfaceError('connection is closed')"),
        (ValueError(), "ValueError()"),
    ],
)
def test_a_text_of_the_program_is_told(error: BaseException, line: str) -> None:
    assert told(error) == line


def test_a_refusal_is_told_by_its_code() -> None:
    assert told(IdempotencyKeyReused(key=SECRET)) == "IdempotencyKeyReused('IDEMPOTENCY_KEY_REUSED')"


async def test_a_traceback_names_the_place_and_every_cause_and_no_value() -> None:
    try:
        try:
            raise await _violation()
        except asyncpg.PostgresError as violation:
            raise ExceptionGroup("two", [ValueError(SECRET), KeyError(SECRET)]) from violation
    except ExceptionGroup as group:
        shown = traceback_of(group)

    assert SECRET not in shown
    assert f"{__name__.rpartition('.')[2]}.py" in shown
    assert "people_pkey" in shown
    assert "direct cause" in shown
    assert shown.count("Within the group:") == 2
    assert "ValueError(…)" in shown
    assert "KeyError(…)" in shown


def test_an_exception_that_has_itself_for_a_cause_is_told_all_the_same() -> None:
    error = RuntimeError("round")
    error.__cause__ = error

    assert "RuntimeError('round')" in traceback_of(error)

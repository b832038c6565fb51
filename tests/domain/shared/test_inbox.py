from datetime import UTC, datetime
from uuid import UUID

from domain.shared.clock import clock_at
from domain.shared.database import row, run
from domain.shared.deadletters import give_up
from domain.shared.ids import new_id
from domain.shared.inbox import MAX_ATTEMPTS, begin_attempt

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


async def test_what_was_given_up_is_not_attempted_again_by_a_message_that_comes_late() -> None:
    event = await _an_entry()
    with clock_at(NOON):
        await give_up("test", event, "refused")

    attempted = await begin_attempt("test", event)

    assert not attempted
    assert await _state(event) == (0, NOON, "refused")


async def test_an_event_is_given_up_after_its_last_attempt_and_stays_so() -> None:
    event = await _an_entry()

    with clock_at(NOON):
        attempted = [await begin_attempt("test", event) for _ in range(MAX_ATTEMPTS + 3)]

    assert attempted == [True] * MAX_ATTEMPTS + [False] * 3
    assert await _state(event) == (MAX_ATTEMPTS + 1, NOON, None)


async def _an_entry() -> UUID:
    event = new_id()
    await run(
        """WITH event AS (
             INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
             VALUES ($1, 'test', 'test', $1, 1, '{}', '', now()) RETURNING id)
           INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at)
           SELECT id, id, 'test', 0, now() FROM event""",
        event,
    )
    return event


async def _state(event: UUID) -> tuple[int, datetime | None, str | None]:
    found = await row("SELECT attempts, dead_at, error FROM inbox_entry WHERE event_id = $1", event)
    assert found is not None
    return found["attempts"], found["dead_at"], found["error"]

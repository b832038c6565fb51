"""Who takes back the consent while something learned about them is published is not in it, whichever is first."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest

from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.identity.privacy.consent import WithdrawConsent, withdraw_consent
from domain.identity.privacy.forget_learned import forget_learned
from domain.identity.privacy.purposes import Purpose
from domain.recommendations.events import TrainingDue
from domain.recommendations.learn import Learned, Suggestions
from domain.recommendations.publish import publish_run, start_run
from domain.recommendations.taste import Parameters
from domain.shared.clock import now
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from tests.backstage import until
from tests.factories.identity import a_user
from tests.factories.payments import event_of
from tests.factories.privacy import Known, somebody_known
from workers.privacy import LEARNED

WAITING = """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"""
LEFT = """SELECT (SELECT count(*) FROM customer_recommendation WHERE customer_id = $1)
               + (SELECT count(*) FROM segment_member WHERE customer_id = $1)"""
MEMBER_ROW = "SELECT FROM segment_member WHERE customer_id = $1 FOR UPDATE"
Publish = Callable[[UUID], Awaitable[None]]


async def _publish_suggestions(person_id: UUID) -> None:
    event_id = await use_case(emit)(TrainingDue(subject_id=new_id(), sequence=1))
    await start_run(event_id, Parameters(), now())
    await publish_run(event_id, Learned([Suggestions(person_id, [], [])], [], [], {}, Parameters(), None))


async def _publish_segments(person_id: UUID) -> None:
    event_id = await use_case(emit)(SegmentationDue(subject_id=new_id(), sequence=1))
    segment = Segment("loyal", 1.0, 1.0, Money(1000, "EUR"), [person_id])
    await publish_segments(event_id, Segmentation([segment], 1, {}, {}, now()))


@pytest.mark.parametrize(
    ("publish", "row_touched_once_it_knows_who_is_left_out"),
    [
        (_publish_suggestions, "SELECT FROM recommendation_run WHERE state = 'published' FOR UPDATE"),
        (
            _publish_segments,
            "SELECT FROM segment_run WHERE id = (SELECT min(id::text)::uuid FROM segment_run) FOR UPDATE",
        ),
    ],
)
async def test_what_is_being_published_is_waited_for_and_deleted(
    own_shop: Settings, publish: Publish, row_touched_once_it_knows_who_is_left_out: str
) -> None:
    known = await _known_and_published()
    blocker = await asyncpg.connect(own_shop.database_url)

    async with blocker.transaction():
        await blocker.execute(row_touched_once_it_knows_who_is_left_out)
        publishing = asyncio.ensure_future(publish(known.id))
        await until(lambda: _waiting(1))
        forgetting = asyncio.ensure_future(_withdraw(known))
        await until(lambda: _waits_or_ended(forgetting))
    await asyncio.gather(publishing, forgetting)
    await blocker.close()

    assert await value(LEFT, known.id) == 0


@pytest.mark.parametrize("publish", [_publish_suggestions, _publish_segments])
async def test_what_is_published_meanwhile_waits_and_leaves_the_person_out(
    own_shop: Settings, publish: Publish
) -> None:
    known = await _known_and_published()
    blocker = await asyncpg.connect(own_shop.database_url)

    async with blocker.transaction():
        await blocker.execute(MEMBER_ROW, known.id)
        forgetting = asyncio.ensure_future(_withdraw(known))
        await until(lambda: _waiting(1))
        publishing = asyncio.ensure_future(publish(known.id))
        await until(lambda: _waiting(2))
    await asyncio.gather(publishing, forgetting)
    await blocker.close()

    assert await value(LEFT, known.id) == 0


async def _known_and_published() -> Known:
    """Somebody in a retired version of both, behind which there are published ones without them."""
    known, other = await somebody_known(), await a_user()
    await _publish_suggestions(other)
    await _publish_segments(other)
    assert await value(LEFT, known.id) == 2
    return known


async def _withdraw(known: Known) -> None:
    """And what the worker does."""
    consent_id = await withdraw_consent(known.person, WithdrawConsent(Purpose.ANALYTICS))
    await forget_learned(await event_of(consent_id, "consent.withdrawn"), consent_id, LEARNED)


async def _waiting(number: int) -> bool:
    return bool(await value(WAITING) == number)


async def _waits_or_ended(task: "asyncio.Future[None]") -> bool:
    return task.done() or await _waiting(2)

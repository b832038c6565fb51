"""Who is erased, or no longer agrees, is learned from no more, whenever that happens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.catalog.listing.assortment import live_product_ids
from domain.orders.purchases import purchase_lines
from domain.recommendations.events import TrainingDue
from domain.recommendations.learn import learn
from domain.recommendations.publish import publish_run, start_run
from domain.recommendations.taste import Parameters
from domain.recommendations.train import train_recommendations
from domain.shared.clock import clock_at
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from tests.factories.purchases import FIRST_DAY, customer_id, store, tasteful

pytestmark = pytest.mark.usefixtures("own_shop")

LATER = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=300)
SUGGESTED_TO = "SELECT count(*) FROM customer_recommendation WHERE customer_id = $1"


async def _due() -> UUID:
    return await use_case(emit)(TrainingDue(subject_id=new_id(), sequence=1))


async def _erase(person_id: UUID) -> None:
    await run("UPDATE users SET erased_at = $2 WHERE id = $1", person_id, LATER)


async def _no_longer_agrees(person_id: UUID) -> None:
    for given, at in ((True, LATER - timedelta(days=2)), (False, LATER - timedelta(days=1))):
        await run(
            """INSERT INTO consent (id, user_id, purpose, text_version, language, given, at)
               VALUES ($1, $2, 'analytics', '1', 'en', $3, $4)""",
            new_id(),
            person_id,
            given,
            at,
        )


async def test_the_next_training_leaves_them_out() -> None:
    await store(tasteful())
    await _erase(customer_id(3))
    await _no_longer_agrees(customer_id(4))

    with clock_at(LATER):
        lines = await purchase_lines(LATER)
        await train_recommendations(await _due())

    bought = {UUID(bytes=customer.tobytes()) for customer in lines.customers}
    assert len(bought) == 198
    assert bought.isdisjoint({customer_id(3), customer_id(4)})
    assert await value(SUGGESTED_TO, customer_id(3)) == 0
    assert await value(SUGGESTED_TO, customer_id(4)) == 0
    assert await value(SUGGESTED_TO, customer_id(5)) == 1


async def test_a_training_that_began_before_publishes_nothing_about_them() -> None:
    await store(tasteful())
    run_id, parameters = await _due(), Parameters()
    with clock_at(LATER):
        await start_run(run_id, parameters, LATER)
        learned = learn(await purchase_lines(LATER), await live_product_ids(), parameters, LATER)
        await _erase(customer_id(3))
        await _no_longer_agrees(customer_id(4))

        await publish_run(run_id, learned)

    assert {customer_id(3), customer_id(4)} < {one.subject_id for one in learned.for_customers}
    assert await value(SUGGESTED_TO, customer_id(3)) == 0
    assert await value(SUGGESTED_TO, customer_id(4)) == 0
    assert await value(SUGGESTED_TO, customer_id(5)) == 1

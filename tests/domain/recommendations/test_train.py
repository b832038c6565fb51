import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.recommendations.events import TrainingDue
from domain.recommendations.queries import Reason, bought_together, recommendations, runs
from domain.recommendations.train import train_recommendations
from domain.shared.clock import clock_at
from domain.shared.database import row, rows, run, value
from domain.shared.errors import NotAllowed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer
from tests.factories.people import a_person
from tests.factories.purchases import FIRST_DAY, Bought, customer_id, product_id, store, tasteful

pytestmark = pytest.mark.usefixtures("own_shop")

LATER = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=300)
ANALYST = Viewer(user_id=new_id(), permissions=frozenset({"recommendations.read"}))


async def _due() -> UUID:
    return await use_case(emit)(TrainingDue(subject_id=new_id(), sequence=1))


async def _train() -> UUID:
    event_id = await _due()
    with clock_at(LATER):
        await train_recommendations(event_id)
    return event_id


async def _state(run_id: UUID) -> str:
    state: str = await value("SELECT state FROM recommendation_run WHERE id = $1", run_id)
    return state


async def test_what_was_learned_answers() -> None:
    await store(tasteful())

    await _train()

    suggested = await recommendations(customer_id(3))
    bought = {one.product for one in tasteful() if one.customer == 3}
    beside = await bought_together([product_id(0), product_id(1)])
    assert len(suggested) == 50
    assert {one.reason for one in suggested} == {Reason.TASTE}
    assert not {product_id(number) for number in bought} & {one.product_id for one in suggested}
    assert set(beside) == {product_id(0), product_id(1)}
    assert all(0 < len(found) <= 20 for found in beside.values())


async def test_who_never_bought_gets_what_is_popular() -> None:
    await store(tasteful())
    await _train()
    newcomer = await a_person()

    suggested = await recommendations(newcomer.signed_in())

    assert len(suggested) == 50
    assert suggested[0].product_id in {product_id(number) for number in range(5)}
    assert {(one.reason, one.score) for one in suggested} == {(Reason.POPULAR, None)}


async def test_before_the_first_training_nothing_is_suggested() -> None:
    assert await recommendations(customer_id(1)) == []
    assert await bought_together([product_id(1)]) == {}


async def test_a_second_training_takes_over_and_the_third_clears_the_first_away() -> None:
    await store(tasteful())

    trained = [await _train() for _ in range(3)]

    assert [await _state(run_id) for run_id in trained] == ["retired", "retired", "published"]
    for table in ("customer_recommendation", "bought_together"):
        kept = await rows(f"SELECT DISTINCT run_id FROM {table}")
        assert {one["run_id"] for one in kept} == set(trained[1:])


async def test_the_same_event_twice_and_at_once_is_one_run() -> None:
    await store(tasteful())
    event_id = await _due()

    with clock_at(LATER):
        await asyncio.gather(train_recommendations(event_id), train_recommendations(event_id))
        await train_recommendations(event_id)

    assert await value("SELECT count(*) FROM recommendation_run") == 1
    assert await value("SELECT count(*) FROM customer_recommendation") == 200
    assert await value("SELECT count(*) FROM audit_entry WHERE action = 'publishRecommendations'") == 1


async def test_a_model_that_may_not_be_published_leaves_the_old_one_serving() -> None:
    await store(tasteful())
    published = await _train()
    before = await recommendations(customer_id(3))
    await run("DELETE FROM order_line WHERE position > 20")

    refused = await _train()

    newest = (await runs(ANALYST, first=1))[0]
    assert (newest.id, newest.state) == (refused, "refused")
    assert newest.reason == "not enough history: 0 customers to judge by, 20 needed"
    assert await _state(published) == "published"
    assert await recommendations(customer_id(3)) == before


async def test_a_training_that_was_killed_starts_over() -> None:
    await store(tasteful())
    event_id = await _due()
    await run(
        """INSERT INTO recommendation_run (id, state, seed, parameters, metrics, started_at)
           VALUES ($1, 'training', 1, '{}', '{}', now())""",
        event_id,
    )

    with clock_at(LATER):
        await train_recommendations(event_id)

    assert await _state(event_id) == "published"


async def test_a_training_that_breaks_is_recorded_and_may_be_tried_again() -> None:
    await store(tasteful())
    event_id = await _due()
    await run("ALTER TABLE bought_together RENAME TO away")

    with clock_at(LATER), pytest.raises(asyncpg.UndefinedTableError):
        await train_recommendations(event_id)

    failed = await row("SELECT state, reason FROM recommendation_run WHERE id = $1", event_id)
    assert failed is not None
    assert failed["state"] == "failed"
    assert "UndefinedTableError" in failed["reason"]
    await run("ALTER TABLE away RENAME TO bought_together")
    with clock_at(LATER):
        await train_recommendations(event_id)
    assert await _state(event_id) == "published"


async def test_a_training_that_everybody_gave_up_is_marked_by_the_next() -> None:
    abandoned = new_id()
    await run(
        """INSERT INTO recommendation_run (id, state, seed, parameters, metrics, started_at)
           VALUES ($1, 'training', 1, '{}', '{}', $2)""",
        abandoned,
        LATER - timedelta(days=1),
    )

    await _train()

    assert await _state(abandoned) == "failed"


async def test_orders_that_did_not_stand_are_not_learned_from() -> None:
    await store([*tasteful(), Bought(900, 5, 9_000, 10), Bought(901, 5, 9_001, 10), Bought(902, 5, 9_002, 10)])
    await run("UPDATE orders SET state = 'refunded' WHERE buyer_id = $1", customer_id(900))
    await run("UPDATE orders SET state = 'pending' WHERE buyer_id = $1", customer_id(901))
    await run(
        "UPDATE order_line SET returned = quantity WHERE order_id IN (SELECT id FROM orders WHERE buyer_id = $1)",
        customer_id(902),
    )

    await _train()

    newest = (await runs(ANALYST, first=1))[0]
    assert newest.metrics["customers"] == 200
    assert newest.metrics["purchase_lines"] == len(tasteful())


async def test_runs_are_for_those_who_may_read_them(own_shop: Settings) -> None:  # noqa: ARG001  # its database
    with pytest.raises(NotAllowed) as refused:
        await runs(await a_person(), first=1)

    assert refused.value.permission == "recommendations.read"

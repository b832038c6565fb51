import asyncio
from datetime import timedelta

from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.shared.clock import clock_at, now
from tests.factories.products import a_new_product, listed_in, product_row, stored
from workers.schedule import publish_scheduled


async def test_schedules_that_run_at_once_let_each_product_go_live_once_and_on_time() -> None:
    moment = now() + timedelta(hours=20)
    early, due = [
        await stored(
            await a_new_product(
                publications={"main": PublicationChange(status=PublicationStatus.SCHEDULED, live_from=at)}
            )
        )
        for at in (moment + timedelta(minutes=1), moment)
    ]

    with clock_at(moment):
        await asyncio.gather(*(publish_scheduled() for _ in range(4)))

    assert (await listed_in(early.id), await listed_in(due.id)) == ([], ["main"])
    assert (await product_row(due.id))["version"] == 2

"""Training, from the event that asks for it to the published version."""

import asyncio
from uuid import UUID

from domain.catalog.listing.assortment import live_product_ids
from domain.orders.purchases import purchase_lines
from domain.recommendations.learn import learn
from domain.recommendations.publish import fail_run, publish_run, refuse_run, start_run
from domain.recommendations.taste import Parameters
from domain.shared.clock import now
from domain.shared.failures import told


async def train_recommendations(event_id: UUID) -> None:
    """Learn from everything bought so far, and publish it unless it ranks worse than plain popularity.

    The run has the event's id: a second delivery, also one after a kill half-way, starts over and ends in the same run;
    one after the end does nothing. Learning runs in a thread, which leaves this loop free. Raises what went wrong after
    recording it; the version published before stays.
    """
    parameters, cutoff = Parameters(), now()
    if not await start_run(event_id, parameters, cutoff):
        return
    try:
        lines, live = await purchase_lines(cutoff), await live_product_ids()
        learned = await asyncio.to_thread(learn, lines, live, parameters, cutoff)
        if learned.refusal:
            await refuse_run(event_id, learned)
        else:
            await publish_run(event_id, learned)
    except Exception as error:
        await fail_run(event_id, told(error))
        raise

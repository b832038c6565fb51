"""Who is erased is in no customer segment, whenever that happens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.orders.sales import customer_spending
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from tests.factories.purchases import FIRST_DAY, Bought, customer_id, store

pytestmark = pytest.mark.usefixtures("own_shop")

LATER = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=300)


async def _three_customers() -> None:
    await store([Bought(number, number, number, 5) for number in range(3)])


async def _erase(person_id: UUID) -> None:
    await run("UPDATE users SET erased_at = $2 WHERE id = $1", person_id, LATER)


async def test_their_spending_is_not_looked_at_any_more() -> None:
    await _three_customers()
    await _erase(customer_id(1))

    spending = await customer_spending(LATER)

    assert [one.customer_id for one in spending] == [customer_id(0), customer_id(2)]


async def test_segments_that_were_made_before_are_published_without_them() -> None:
    await _three_customers()
    everybody = [one.customer_id for one in await customer_spending(LATER)]
    segment = Segment("loyal", 1.0, 1.0, Money(1000, "EUR"), everybody)
    await _erase(customer_id(1))

    event_id = await use_case(emit)(SegmentationDue(subject_id=new_id(), sequence=1))
    await publish_segments(event_id, Segmentation([segment], 1, {}, {}, LATER))

    members = await value("SELECT array_agg(customer_id ORDER BY customer_id) FROM segment_member")
    assert members == [customer_id(0), customer_id(2)]

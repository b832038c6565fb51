import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.catalog.products.publish import (
    ArchiveProduct,
    PublishProduct,
    archive_product,
    publish_due,
    publish_product,
)
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from tests.factories.channels import a_channel
from tests.factories.people import a_person
from tests.factories.products import (
    ARCHIVED,
    DRAFT,
    LIVE,
    a_new_product,
    a_supplying_person,
    listed_in,
    product_row,
    stored,
    supplier_of,
)
from tests.factories.roles import a_person_with

SCHEDULED = PublicationStatus.SCHEDULED


async def _scheduled(at: datetime, channel: str = "main") -> UUID:
    made = await stored(await a_new_product(publications={channel: PublicationChange(status=SCHEDULED, live_from=at)}))
    return made.id


async def _nothing_left_until(moment: datetime) -> None:
    """Other tests leave scheduled products behind."""
    with clock_at(moment):
        await publish_due()


async def _publications(product_id: UUID) -> dict[str, str]:
    found = await rows("SELECT channel, status FROM publication WHERE product_id = $1", product_id)
    return dict(map(tuple, found))


async def test_each_channel_has_its_own_status() -> None:
    other = (await a_channel()).name
    made = await stored(await a_new_product(publications={}))

    for given in ({"main": LIVE}, {other: LIVE}, {"main": ARCHIVED}, {other: DRAFT}):
        await publish_product(PLATFORM, PublishProduct(made.id, given))
        listed = await listed_in(made.id)
        assert listed == sorted(name for name, status in (await _publications(made.id)).items() if status == "live")

    assert await _publications(made.id) == {"main": "archived", other: "draft"}
    assert (await product_row(made.id))["version"] == 5


async def test_archived_everywhere_is_on_sale_nowhere() -> None:
    other = (await a_channel()).name
    made = await stored(await a_new_product(publications={"main": LIVE, other: LIVE}))

    await archive_product(PLATFORM, ArchiveProduct(made.id, channels=[other]))
    one_left = await listed_in(made.id)
    await archive_product(PLATFORM, ArchiveProduct(made.id))

    assert one_left == ["main"]
    assert await listed_in(made.id) == []
    assert {"main": "archived", other: "archived"}.items() <= (await _publications(made.id)).items()


async def test_a_moment_is_given_with_scheduled_only_and_one_that_has_passed_means_now() -> None:
    made = await stored(await a_new_product(publications={}))

    for given, rule in (
        (PublicationChange(status=SCHEDULED), "scheduled"),
        (PublicationChange(status=PublicationStatus.LIVE, live_from=now()), "scheduled"),
        (PublicationChange(status=SCHEDULED, live_from=datetime(2030, 1, 1)), "offset"),  # that is the point
    ):
        with pytest.raises(InvalidInput) as refused:
            await publish_product(PLATFORM, PublishProduct(made.id, {"main": given}))
        assert (refused.value.field, refused.value.rule) == ("publications.main.liveFrom", rule)
    past = PublicationChange(status=SCHEDULED, live_from=now() - timedelta(seconds=1))
    await publish_product(PLATFORM, PublishProduct(made.id, {"main": past}))
    assert await listed_in(made.id) == ["main"]


async def test_what_is_scheduled_goes_live_at_its_time_and_once_however_many_look() -> None:
    moment = now() + timedelta(hours=1)
    await _nothing_left_until(moment + timedelta(hours=1))
    first, second = await _scheduled(moment), await _scheduled(moment + timedelta(minutes=1))

    assert await publish_due() == 0
    with clock_at(moment):
        published = await asyncio.gather(*(publish_due() for _ in range(8)))
        published.append(await publish_due())

    assert sum(published) == 1
    assert (await listed_in(first), await listed_in(second)) == (["main"], [])
    assert (await product_row(first))["version"] == 2
    kinds = await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", first)
    assert [one["kind"] for one in kinds] == ["product.created", "product.changed"]
    assert await value("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial DESC LIMIT 1", first) == (
        "publishScheduled"
    )
    with clock_at(moment + timedelta(hours=1)):
        assert await publish_due() == 1


async def test_a_product_that_somebody_is_just_changing_goes_live_later_and_does_not_hold_up_others(
    shop: Settings,
) -> None:
    moment = now() + timedelta(hours=3)
    await _nothing_left_until(moment)
    busy, free = await _scheduled(moment), await _scheduled(moment)
    somebody = await asyncpg.connect(shop.database_url)

    with clock_at(moment):
        async with somebody.transaction():
            await somebody.execute("SELECT 1 FROM product WHERE id = $1 FOR UPDATE", busy)
            meanwhile = await publish_due()
        later = await publish_due()
    await somebody.close()

    assert (meanwhile, later) == (1, 1)
    assert (await listed_in(busy), await listed_in(free)) == (["main"], ["main"])


async def test_who_publishes_in_one_channel_does_that_there_and_nothing_else() -> None:
    other = (await a_channel()).name
    viewer = await a_person_with("catalogue.write", channel=other)
    made = await stored(await a_new_product(publications={}))

    await publish_product(viewer, PublishProduct(made.id, {other: LIVE}))

    assert await listed_in(made.id) == [other]
    with pytest.raises(NotFound):
        await publish_product(viewer, PublishProduct(made.id, {"main": LIVE}))


async def test_others_products_are_not_found_and_who_writes_none_is_not_allowed() -> None:
    made = await stored(await a_new_product())

    with pytest.raises(NotFound):
        await archive_product(await a_supplying_person(), ArchiveProduct(made.id))
    with pytest.raises(NotAllowed):
        await archive_product(await a_person(), ArchiveProduct(made.id))


async def test_a_key_used_twice_publishes_once_and_another_version_is_refused() -> None:
    viewer = await a_supplying_person()
    made = await stored(await a_new_product(supplier_id=supplier_of(viewer), publications={}))
    command = PublishProduct(made.id, {"main": LIVE}, expected_version=1, key="publish")

    for _ in range(2):
        assert await publish_product(viewer, command) == made.id

    assert (await product_row(made.id))["version"] == 2
    with pytest.raises(IdempotencyKeyReused):
        await publish_product(viewer, PublishProduct(made.id, {"main": DRAFT}, key="publish"))
    with pytest.raises(StaleVersion):
        await publish_product(viewer, PublishProduct(made.id, {"main": DRAFT}, expected_version=1))

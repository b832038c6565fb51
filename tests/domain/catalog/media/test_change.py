"""Texts and places of pictures that somebody changes, and pictures that are removed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.add import AddProductMediaFromUrl, add_product_media_from_url
from domain.catalog.media.add_remote import add_remote_media
from domain.catalog.media.albums import RemoteMedia
from domain.catalog.media.alt_texts import AltText
from domain.catalog.media.change import ReorderMedia, UpdateMedia, reorder_media, update_media
from domain.catalog.media.kept_files import keep_source
from domain.catalog.media.queries import all_media_of, media, media_of, served_file
from domain.catalog.media.remove import RemoveMedia, clear_orphans, delete_picture, remove_media
from domain.catalog.products.decide_approval import DecideApproval, approve_product
from domain.catalog.texts.given import Translation
from domain.catalog.texts.translate import SetTranslations, Translated, set_translations
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotFound, StaleVersion
from domain.shared.files import files_under
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.pictures import a_picture, a_ready_picture, a_waiting_picture, an_upload
from tests.factories.products import listed_in


async def test_texts_and_place_change_together_and_lists_show_the_new_first_one() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    first, second = [await a_ready_picture(goods.product_id) for _ in range(2)]

    await update_media(viewer, UpdateMedia(second, (AltText("en", "A pot"),), position=0, expected_version=2))

    shown = (await media_of([goods.product_id]))[goods.product_id]
    assert [(one.id, one.alt) for one in shown] == [(second, "A pot"), (first, "")]
    assert await value("SELECT media_id FROM product_listing WHERE product_id = $1", goods.product_id) == second
    assert (await media([second, new_id()]))[second].alt == "A pot"
    told = await rows("SELECT subject_id FROM event WHERE kind = 'media.changed' AND subject_id = $1", second)
    assert len(told) == 1


async def test_a_stale_version_and_a_place_that_there_is_not_are_refused() -> None:
    media_id = await a_waiting_picture((await some_goods()).product_id, a_picture())

    with pytest.raises(StaleVersion) as stale:
        await update_media(PLATFORM, UpdateMedia(media_id, position=0, expected_version=9))
    with pytest.raises(InvalidInput) as refused:
        await update_media(PLATFORM, UpdateMedia(media_id, position=1))

    assert (stale.value.expected, stale.value.current) == (9, 1)
    assert (refused.value.field, refused.value.rule, refused.value.limit) == ("position", "range", "0..0")


async def test_a_new_order_names_every_picture_once() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    one, two, three = [await a_waiting_picture(goods.product_id, a_picture()) for _ in range(3)]
    other = await a_waiting_picture((await some_goods()).product_id, a_picture())

    for given in ((), (one, two), (one, two, two), (one, two, other), (one, two, three, other)):
        with pytest.raises(InvalidInput) as refused:
            await reorder_media(viewer, ReorderMedia(goods.product_id, given))
        assert (refused.value.field, refused.value.rule) == ("mediaIds", "allOnce")
    command = ReorderMedia(goods.product_id, (three, one, two), key="one")
    await reorder_media(viewer, command)
    await reorder_media(viewer, command)

    assert await _order(viewer, goods.product_id) == [three, one, two]
    with pytest.raises(IdempotencyKeyReused):
        await reorder_media(viewer, ReorderMedia(goods.product_id, (one, two, three), key="one"))


async def test_orders_given_at_once_end_in_one_of_them() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    one, two, three = [await a_waiting_picture(goods.product_id, a_picture()) for _ in range(3)]
    orders = [(three, two, one), (two, three, one), (one, three, two), (two, one, three)]

    await asyncio.gather(*(reorder_media(viewer, ReorderMedia(goods.product_id, each)) for each in orders))

    assert tuple(await _order(viewer, goods.product_id)) in orders


async def test_somebody_else_s_picture_is_not_found() -> None:
    goods = await some_goods()
    media_id = await a_waiting_picture(goods.product_id, a_picture())
    other = await a_person("supplier", supplier_id=(await some_goods()).supplier_id)

    for attempt in (
        update_media(other, UpdateMedia(media_id, position=0)),
        reorder_media(other, ReorderMedia(goods.product_id, (media_id,))),
        remove_media(other, RemoveMedia(media_id)),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await all_media_of(other, goods.product_id) is None


async def test_a_removed_picture_is_not_served_and_its_files_go() -> None:
    goods = await some_goods()
    viewer = await a_person("supplier", supplier_id=goods.supplier_id)
    first, second = [await a_ready_picture(goods.product_id) for _ in range(2)]
    await update_media(viewer, UpdateMedia(first, (AltText("en", "A pot"),)))

    removed = await remove_media(viewer, RemoveMedia(first, key="one"))
    again = await remove_media(viewer, RemoveMedia(first, key="one"))
    served = await served_file(first, 160)
    [event] = await rows("SELECT id FROM event WHERE kind = 'media.removed' AND subject_id = $1", first)
    for _ in range(2):
        await delete_picture(event["id"], first)

    assert removed == again == first
    assert served is None
    assert await files_under(f"media/{first}") == []
    assert await value("SELECT count(*) FROM catalog_text WHERE owner_id = $1", first) == 0
    assert await value("SELECT media_id FROM product_listing WHERE product_id = $1", goods.product_id) == second
    with pytest.raises(NotFound):
        await remove_media(viewer, RemoveMedia(first))


async def test_of_two_who_remove_a_picture_at_once_one_finds_it() -> None:
    media_id = await a_waiting_picture((await some_goods()).product_id, a_picture())

    answers = await asyncio.gather(
        *(remove_media(PLATFORM, RemoveMedia(media_id)) for _ in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in answers) == ["NotFound"] * 3 + ["UUID"]


async def test_files_that_a_crash_left_behind_are_found_at_night_and_no_others() -> None:
    left, kept = new_id(), await a_ready_picture((await some_goods()).product_id)
    await keep_source(left, an_upload(a_picture()).chunks())

    too_early = await clear_orphans(now() - timedelta(days=1))
    still_there = await files_under(f"media/{left}")
    while await clear_orphans(now()):
        pass

    assert too_early == 0
    assert still_there
    assert await files_under(f"media/{left}") == []
    assert await files_under(f"media/{kept}")


async def _order(viewer: Viewer, product_id: UUID) -> list[UUID]:
    shown = await all_media_of(viewer, product_id)
    assert shown is not None
    return [one.id for one in shown]


async def test_where_every_change_is_looked_at_each_change_of_a_suppliers_pictures_takes_the_product_off_sale(
    configure: Callable[..., None],
) -> None:
    configure(supplier_approval="every")
    goods = await some_goods()
    supplier, manager = await a_person("supplier", supplier_id=goods.supplier_id), await a_person("catalogue_manager")
    first, second = [await a_ready_picture(goods.product_id) for _ in range(2)]
    remote = RemoteMedia(goods.product_id, "https://pictures.example/pot.jpg", alt="A pot")

    async def told(alt: str) -> None:
        await use_case(add_remote_media)(supplier, [replace(remote, alt=alt)])

    for change in (
        partial(update_media, supplier, UpdateMedia(first, (AltText("en", "A pot"),))),
        partial(update_media, supplier, UpdateMedia(second, position=0)),
        partial(reorder_media, supplier, ReorderMedia(goods.product_id, (first, second))),
        partial(set_translations, supplier, _in_chinese(first)),
        partial(remove_media, supplier, RemoveMedia(second)),
        partial(told, "A pot"),
        partial(told, "A better pot"),
        partial(add_product_media_from_url, supplier, _told_anew(remote)),
    ):
        await run("UPDATE product SET approval = 'approved' WHERE id = $1", goods.product_id)
        await use_case(refresh_listings)([goods.product_id])
        assert await listed_in(goods.product_id) == ["main"]
        await change()
        assert await listed_in(goods.product_id) == []
    await run("UPDATE media SET state = 'failed' WHERE product_id = $1 AND state = 'waiting'", goods.product_id)
    await approve_product(manager, DecideApproval(goods.product_id))
    await run("UPDATE media SET state = 'waiting' WHERE product_id = $1 AND state = 'failed'", goods.product_id)
    await told("The best pot")
    await add_product_media_from_url(supplier, _told_anew(remote))
    await update_media(manager, UpdateMedia(first, (AltText("en", "By staff"),)))
    assert await listed_in(goods.product_id) == ["main"]


def _told_anew(known: RemoteMedia) -> AddProductMediaFromUrl:
    return AddProductMediaFromUrl(known.product_id, known.url, (AltText("en", "The best pot"),))


def _in_chinese(media_id: UUID) -> SetTranslations:
    return SetTranslations(Translated("media", media_id, (Translation("alt", "zh-Hans", "一个罐子"),)))

"""Pictures that are added: by whom, which, and once."""

import asyncio
from collections.abc import Callable

import pytest

from domain.catalog.media.add import (
    AddProductMedia,
    AddProductMediaFromUrl,
    add_product_media,
    add_product_media_from_url,
)
from domain.catalog.media.add_remote import add_remote_media
from domain.catalog.media.albums import RemoteMedia
from domain.catalog.media.alt_texts import AltText
from domain.catalog.media.queries import all_media_of, media_of
from domain.catalog.media.rules import MAX_BYTES, MAX_PER_PRODUCT
from domain.shared.database import row, rows, run, value
from domain.shared.errors import DomainError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, NotSignedIn
from domain.shared.files import files_under, folders_in
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.pictures import a_picture, a_ready_picture, a_waiting_picture, an_upload
from tests.statements import counted_statements

URL = "https://pictures.example/tea-pot.jpg"

add_remote_now = use_case(add_remote_media)


async def test_a_file_waits_to_be_converted_and_is_audited_and_told_of() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    upload = an_upload(a_picture())
    command = AddProductMedia(goods.product_id, upload.sha256, (AltText("en", "A tea pot"), AltText("zh-Hans", "茶壶")))

    media_id = await add_product_media(viewer, command, upload)

    shown = await all_media_of(viewer, goods.product_id, languages=("zh-Hans",))
    assert shown is not None
    assert [(one.id, one.state, one.alt, one.sizes) for one in shown] == [(media_id, "waiting", "茶壶", ())]
    assert await media_of([goods.product_id]) == {}
    assert await files_under(f"media/{media_id}") == [f"media/{media_id}/source"]
    event = await row("SELECT * FROM event WHERE subject_id = $1", media_id)
    assert event is not None
    assert (event["kind"], event["sequence"]) == ("media.added", 1)
    audited = await rows("SELECT action, actor_id FROM audit_entry WHERE subject_id = $1", media_id)
    assert [tuple(one) for one in audited] == [("addProductMedia", viewer.user_id)]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "fileSize"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "fileSize"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "picture"),
        (b"<html><script>alert(1)</script>", "picture"),
        (b"%PDF-1.7", "picture"),
        (a_picture(kind="TIFF"), "picture"),
    ],
    ids=["empty", "too large", "svg", "html", "pdf", "tiff"],
)
async def test_a_file_that_is_no_picture_is_refused_by_its_content_and_leaves_nothing(
    content: bytes, rule: str
) -> None:
    goods, before = await some_goods(), await folders_in("media")
    upload = an_upload(content, "picture.jpg")

    with pytest.raises(InvalidInput) as refused:
        await add_product_media(PLATFORM, AddProductMedia(goods.product_id, upload.sha256), upload)

    assert (refused.value.field, refused.value.rule) == ("file", rule)
    assert await folders_in("media") == before


async def test_only_who_may_change_the_product_adds_pictures() -> None:
    goods, upload = await some_goods(), an_upload(a_picture())
    own = await a_person("supplier", supplier_id=goods.supplier_id)
    other = await a_person("supplier", supplier_id=(await some_goods()).supplier_id)
    command = AddProductMedia(goods.product_id, upload.sha256)

    for viewer, refusal in (
        (ANONYMOUS, NotSignedIn),
        (await a_person(), NotAllowed),
        (await a_person("support"), NotAllowed),
        (other, NotFound),
    ):
        with pytest.raises(refusal):
            await add_product_media(viewer, command, upload)
        with pytest.raises(refusal):
            await add_product_media_from_url(viewer, AddProductMediaFromUrl(goods.product_id, URL))

    assert await add_product_media(own, command, upload)


async def test_a_supplier_s_picture_lets_the_product_wait_where_every_change_does(
    configure: Callable[..., None],
) -> None:
    configure(supplier_approval="every")
    goods = await some_goods()
    own = await a_person("supplier", supplier_id=goods.supplier_id)

    upload = an_upload(a_picture())
    await add_product_media(own, AddProductMedia(goods.product_id, upload.sha256), upload)

    assert await value("SELECT approval FROM product WHERE id = $1", goods.product_id) == "waiting"
    assert await value("SELECT channels FROM product_listing WHERE product_id = $1", goods.product_id) == []


async def test_the_same_key_twice_at_once_is_one_picture_and_one_file() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    uploads = [an_upload(a_picture()) for _ in range(4)]
    command = AddProductMedia(goods.product_id, uploads[0].sha256, key="one")

    answers = await asyncio.gather(*(add_product_media(viewer, command, one) for one in uploads))

    assert len(set(answers)) == 1
    assert await value("SELECT count(*) FROM media WHERE product_id = $1", goods.product_id) == 1
    there = set(await folders_in("media"))
    assert {
        str(one["id"]) for one in await rows("SELECT id FROM media WHERE product_id = $1", goods.product_id)
    } <= there
    other = an_upload(a_picture(kind="PNG"))
    with pytest.raises(IdempotencyKeyReused):
        await add_product_media(viewer, AddProductMedia(goods.product_id, other.sha256, key="one"), other)
    assert set(await folders_in("media")) == there


async def test_alternative_texts_are_checked_by_field() -> None:
    goods = await some_goods()

    for given, field, rule in (
        (AltText("tlh", "x"), "alt.1.language", "oneOf"),
        (AltText("en", "x" * 501), "alt.1.text", "length"),
        (AltText("en", "two\nlines"), "alt.1.text", "printable"),
    ):
        command = AddProductMediaFromUrl(goods.product_id, URL, (AltText("en", "good"), given))
        with pytest.raises(InvalidInput) as refused:
            await add_product_media_from_url(PLATFORM, command)
        assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tea-pot.jpg",
        "ftp://pictures.example/a.jpg",
        "http://",
        "https://me:pw@pictures.example/",
        "http://[",
        "x" * 2001,
    ],
)
async def test_an_address_that_is_none_is_refused_by_field(url: str) -> None:
    goods = await some_goods()

    with pytest.raises(InvalidInput) as refused:
        await add_product_media_from_url(PLATFORM, AddProductMediaFromUrl(goods.product_id, url))

    assert refused.value.field == "url"


async def test_an_address_is_added_once_to_each_product_and_tried_again_when_it_failed() -> None:
    goods, viewer = await some_goods(), await a_person("catalogue_manager")
    command = AddProductMediaFromUrl(goods.product_id, URL, (AltText("en", "A pot"),), key="one")

    first = await add_product_media_from_url(viewer, command)
    again = await add_product_media_from_url(viewer, command)
    other_key = await add_product_media_from_url(viewer, AddProductMediaFromUrl(goods.product_id, URL, key="two"))
    await run("UPDATE media SET state = 'failed', error = 'UNREACHABLE' WHERE id = $1", first)
    tried = await add_product_media_from_url(viewer, AddProductMediaFromUrl(goods.product_id, URL))

    assert first == again == other_key == tried
    events = await rows("SELECT sequence FROM event WHERE subject_id = $1 ORDER BY serial", first)
    assert [one["sequence"] for one in events] == [1, 2]
    found = await row("SELECT state, error FROM media WHERE id = $1", first)
    assert found is not None
    assert tuple(found) == ("waiting", None)


async def test_many_addresses_are_answered_one_by_one_and_cost_the_same_statements(shop: Settings) -> None:
    one, *many = [await some_goods() for _ in range(21)]
    wanted = [RemoteMedia(each.product_id, URL, position=7, alt="A pot") for each in many]
    known = RemoteMedia(many[0].product_id, URL)
    bad = [RemoteMedia(new_id(), URL), RemoteMedia(many[0].product_id, "no address")]

    async with counted_statements(shop) as for_one:
        await add_remote_now(PLATFORM, [RemoteMedia(one.product_id, URL, position=7, alt="A pot")])
    async with counted_statements(shop) as for_many:
        answers = await add_remote_now(PLATFORM, [*wanted, *bad, known])

    assert len(for_one) == len(for_many)
    assert not any(isinstance(one, DomainError) for one in answers[:20])
    assert isinstance(answers[20], NotFound)
    assert isinstance(answers[21], InvalidInput)
    assert answers[22] == answers[0]


async def test_a_product_has_room_for_so_many_pictures() -> None:
    goods = await some_goods()
    wanted = [RemoteMedia(goods.product_id, f"{URL}?{number}") for number in range(MAX_PER_PRODUCT + 1)]

    answers = await add_remote_now(PLATFORM, wanted)
    with pytest.raises(InvalidInput) as refused:
        await a_waiting_picture(goods.product_id, a_picture())

    last = answers[-1]
    assert isinstance(last, InvalidInput)
    assert last.rule == refused.value.rule == "mediaFull"
    assert await value("SELECT count(*) FROM media WHERE product_id = $1", goods.product_id) == MAX_PER_PRODUCT


async def test_places_that_an_import_tells_are_kept_and_lists_show_the_first() -> None:
    goods = await some_goods()
    ready = await a_ready_picture(goods.product_id)

    answers = await add_remote_now(PLATFORM, [RemoteMedia(goods.product_id, URL, position=0)])
    await run("UPDATE media SET position = 5 WHERE id = $1", ready)
    shown = await all_media_of(PLATFORM, goods.product_id)

    assert shown is not None
    assert [one.id for one in shown] == [answers[0], ready]
    assert await value("SELECT media_id FROM product_listing WHERE product_id = $1", goods.product_id) == ready

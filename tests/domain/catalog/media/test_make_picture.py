"""What a worker makes of a picture, and what becomes of bad ones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from domain.catalog.media.add import AddProductMediaFromUrl, add_product_media_from_url
from domain.catalog.media.fetch import CannotFetch
from domain.catalog.media.make_picture import ATTEMPTS_AT_MOST, CONSUMER, make_picture
from domain.catalog.media.queries import media_of, served_file
from domain.shared.clock import now
from domain.shared.database import row, rows, run, value
from domain.shared.files import files_under, read_file, store_file
from domain.shared.ids import new_id
from domain.shared.inbox import begin_attempt
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.pictures import a_bomb, a_picture, a_waiting_picture, added_event
from tests.factories.web_server import WebServer, page, web_server


@pytest_asyncio.fixture
async def web(configure: Callable[..., None]) -> AsyncIterator[WebServer]:
    configure(media_networks='["127.0.0.1/32"]')
    async with web_server() as server:
        yield server


async def test_a_picture_becomes_ready_with_its_sizes_and_the_file_that_was_sent_is_gone() -> None:
    goods = await some_goods()
    media_id = await a_waiting_picture(goods.product_id, a_picture(500, 400))

    await make_picture(await added_event(media_id), media_id)

    [shown] = (await media_of([goods.product_id]))[goods.product_id]
    assert (shown.state, shown.width, shown.height, shown.version) == ("ready", 500, 400, 2)
    assert [(one.size, one.width, one.url) for one in shown.sizes] == [
        (160, 160, f"/media/{media_id}/160.webp"),
        (320, 320, f"/media/{media_id}/320.webp"),
        (640, 500, f"/media/{media_id}/640.webp"),
    ]
    served = [await served_file(media_id, one.size) for one in shown.sizes]
    assert sorted(one.path for one in served if one) == sorted(await files_under(f"media/{media_id}"))
    assert all([(await read_file(one.path))[8:12] == b"WEBP" for one in served if one])
    assert await value("SELECT media_id FROM product_listing WHERE product_id = $1", goods.product_id) == media_id
    assert await _events(media_id) == ["media.added", "media.ready"]


@pytest.mark.parametrize(
    ("content", "reason"), [(a_bomb(), "TOO_MANY_PIXELS"), (a_picture()[:3_000], "UNREADABLE")], ids=["bomb", "cut off"]
)
async def test_a_bad_picture_fails_with_its_reason_at_the_first_try(content: bytes, reason: str) -> None:
    media_id = await a_waiting_picture((await some_goods()).product_id, content)
    event_id = await added_event(media_id)

    await make_picture(event_id, media_id)

    assert await _state(media_id) == ("failed", reason)
    assert await value("SELECT done_at FROM inbox_entry WHERE event_id = $1 AND consumer = $2", event_id, CONSUMER)
    assert await files_under(f"media/{media_id}") == []
    assert await _events(media_id) == ["media.added", "media.failed"]


async def test_a_picture_is_fetched_from_its_address(web: WebServer) -> None:
    web.pages["/pot.png"] = page(a_picture(kind="PNG"))
    media_id = await _added(f"{web.url}/pot.png")

    await make_picture(await added_event(media_id), media_id)

    assert await _state(media_id) == ("ready", None)
    assert await value("SELECT media_type FROM media WHERE id = $1", media_id) == "image/png"


async def test_what_is_no_picture_or_may_not_be_reached_is_not_asked_for_again(web: WebServer) -> None:
    web.pages["/page"] = page(b"<html>not found, but 200</html>", "content-type: image/jpeg")
    web.pages["/to"] = page(b"", "location: http://10.0.0.1/", status="302 Found")

    for path, reason in (("/page", "UNSUPPORTED_TYPE"), ("/to", "ADDRESS_REFUSED"), ("/none", "NOT_THERE")):
        media_id = await _added(web.url + path)
        await make_picture(await added_event(media_id), media_id)
        assert await _state(media_id) == ("failed", reason)


async def test_private_addresses_are_refused_unless_a_setting_names_them() -> None:
    async with web_server() as server:
        server.pages["/"] = page(a_picture())
        media_id = await _added(f"{server.url}/")

        await make_picture(await added_event(media_id), media_id)

    assert await _state(media_id) == ("failed", "ADDRESS_REFUSED")
    assert server.asked == []


async def test_an_address_that_does_not_answer_is_tried_again_and_given_up_in_the_end(web: WebServer) -> None:
    web.pages["/"] = page(b"", status="503 Service Unavailable")
    media_id = await _added(f"{web.url}/")
    event_id = await added_event(media_id)
    await _deliver(event_id)

    for _ in range(ATTEMPTS_AT_MOST - 1):
        await begin_attempt(CONSUMER, event_id)
        with pytest.raises(CannotFetch):
            await make_picture(event_id, media_id)
    waiting = await _state(media_id)
    await begin_attempt(CONSUMER, event_id)
    await make_picture(event_id, media_id)

    assert waiting == ("waiting", None)
    assert await _state(media_id) == ("failed", "UNREACHABLE")
    assert len(web.asked) == ATTEMPTS_AT_MOST


async def test_two_workers_at_once_make_one_picture() -> None:
    media_id = await a_waiting_picture((await some_goods()).product_id, a_picture())
    event_id = await added_event(media_id)

    await asyncio.gather(*(make_picture(event_id, media_id) for _ in range(3)))
    await make_picture(event_id, media_id)

    assert await _events(media_id) == ["media.added", "media.ready"]
    assert len(await files_under(f"media/{media_id}")) == 4


async def test_a_late_worker_leaves_what_another_makes_since_it_was_asked_for_again(web: WebServer) -> None:
    media_id = await _added(f"{web.url}/none")
    event_id = await added_event(media_id)
    await make_picture(event_id, media_id)
    product_id = await value("SELECT product_id FROM media WHERE id = $1", media_id)
    await add_product_media_from_url(PLATFORM, AddProductMediaFromUrl(product_id, f"{web.url}/none"))
    await store_file(f"media/{media_id}/made.webp", b"by the other")

    await make_picture(event_id, media_id)

    assert await _state(media_id) == ("waiting", None)
    assert await files_under(f"media/{media_id}") == [f"media/{media_id}/made.webp"]


async def test_a_picture_that_was_removed_meanwhile_leaves_no_files() -> None:
    media_id = await a_waiting_picture((await some_goods()).product_id, a_picture())
    event_id = await added_event(media_id)
    work = asyncio.create_task(make_picture(event_id, media_id))
    await asyncio.sleep(0.1)

    await run("DELETE FROM media WHERE id = $1", media_id)
    await work

    assert await files_under(f"media/{media_id}") == []
    assert await _events(media_id) == ["media.added"]


async def _added(url: str) -> UUID:
    return await add_product_media_from_url(PLATFORM, AddProductMediaFromUrl((await some_goods()).product_id, url))


async def _deliver(event_id: UUID) -> None:
    """As the relay does."""
    await run(
        "INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at) VALUES ($1, $2, $3, 0, $4)",
        new_id(),
        event_id,
        CONSUMER,
        now(),
    )


async def _state(media_id: UUID) -> tuple[str, str | None]:
    found = await row("SELECT state, error FROM media WHERE id = $1", media_id)
    assert found is not None
    return found["state"], found["error"]


async def _events(media_id: UUID) -> list[str]:
    return [one["kind"] for one in await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", media_id)]

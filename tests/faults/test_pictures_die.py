"""Pictures whose worker, queue or server dies."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from domain.catalog.media.add import AddProductMediaFromUrl, add_product_media_from_url
from domain.catalog.media.remove import RemoveMedia, remove_media
from domain.shared.database import rows, value
from domain.shared.files import files_under
from domain.shared.settings import settings
from domain.shared.viewer import PLATFORM
from tests.backstage import Backstage, until
from tests.factories.goods import some_goods
from tests.factories.pictures import a_bomb, a_picture, a_waiting_picture
from tests.factories.web_server import WebServer, page, web_server

_PATIENCE_SECONDS = 60
"""A message whose worker died is given to another after some seconds, or found by the relay's sweep."""


@pytest_asyncio.fixture
async def web(
    backstage: Backstage,  # noqa: ARG001 it chooses the settings first
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[WebServer]:
    monkeypatch.setenv("HANSE_MEDIA_NETWORKS", '["127.0.0.1/32"]')
    settings.cache_clear()
    async with web_server() as server:
        yield server


async def test_a_picture_whose_worker_is_killed_in_the_middle_is_made_by_another(
    backstage: Backstage, web: WebServer
) -> None:
    product_id = (await some_goods()).product_id
    backstage.start("workers.relay")
    victim = _start_worker(backstage)
    media_id = await add_product_media_from_url(PLATFORM, AddProductMediaFromUrl(product_id, f"{web.url}/silent"))
    await until(lambda: _asked(web), _PATIENCE_SECONDS)

    backstage.running[victim].kill()
    web.silent.clear()
    web.pages["/silent"] = page(a_picture())
    _start_worker(backstage)
    await until(lambda: _is(media_id, "ready"), _PATIENCE_SECONDS)

    assert await value("SELECT attempts FROM inbox_entry WHERE consumer = 'make_picture'") == 2
    assert await value("SELECT count(*) FROM audit_entry WHERE action = 'makePicture'") == 1


async def test_pictures_added_and_removed_while_redis_is_stopped_are_dealt_with_afterwards(
    backstage: Backstage,
) -> None:
    product_id = (await some_goods()).product_id
    backstage.start("workers.relay")
    _start_worker(backstage)
    backstage.valkey.stop()

    kept, removed, bad = [
        await a_waiting_picture(product_id, one) for one in (a_picture(), a_picture(kind="PNG"), a_bomb())
    ]
    await remove_media(PLATFORM, RemoveMedia(removed))
    backstage.valkey.start()
    await until(lambda: _is(kept, "ready"), _PATIENCE_SECONDS)
    await until(lambda: _is(bad, "failed"), _PATIENCE_SECONDS)
    await until(lambda: _has_no_files(removed), _PATIENCE_SECONDS)
    await until(_is_settled, _PATIENCE_SECONDS)

    attempts = await rows("SELECT attempts FROM inbox_entry WHERE consumer = 'make_picture'")
    assert [one["attempts"] for one in attempts] == [1, 1, 1]


def _start_worker(backstage: Backstage) -> int:
    backstage.start("workers.run", "--queue", "bulk")
    return len(backstage.running) - 1


async def _asked(web: WebServer) -> bool:
    return bool(web.asked)


async def _is(media_id: UUID, state: str) -> bool:
    return bool(await value("SELECT state = $2 FROM media WHERE id = $1", media_id, state))


async def _has_no_files(media_id: UUID) -> bool:
    return await files_under(f"media/{media_id}") == []


async def _is_settled() -> bool:
    return bool(await value("SELECT bool_and(done_at IS NOT NULL) AND count(*) = 4 FROM inbox_entry"))

"""Pictures over HTTP: sent with a mutation, served to everybody, with what browsers need to know."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from api.ids import decode, encode
from domain.catalog.media.make_picture import make_picture
from domain.catalog.media.remove import RemoveMedia, remove_media
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from tests.api.browser import HOST, LOG_IN, OWN_PAGE, Browser, browsing, code_of
from tests.api.client import Client, signed_in
from tests.factories.goods import Goods, some_goods
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.people import a_person
from tests.factories.pictures import a_bomb, a_picture, a_ready_picture, added_event

ERRORS = "... on Error { code message } ... on InvalidInputError { field rule }"
PICTURE = "id state alt width height error version sourceUrl sizes { size width height url }"
ADD = f"""mutation($input: AddProductMediaInput!) {{ addProductMedia(input: $input) {{
    ... on Media {{ {PICTURE} }} {ERRORS} }} }}"""
FETCH = f"""mutation($input: AddProductMediaFromUrlInput!) {{ addProductMediaFromUrl(input: $input) {{
    ... on Media {{ {PICTURE} }} {ERRORS} }} }}"""
ALL = f"query($id: ID!) {{ productMedia(productId: $id) {{ media {{ {PICTURE} }} }} }}"


async def sent(client: Client, product_id: UUID, content: bytes, **more: object) -> httpx.Response:
    files = _parts(product_id, content, **more)
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(f"{client.url}/graphql", files=files, headers=client.headers())


@pytest_asyncio.fixture
async def manager(api: str) -> AsyncIterator[Client]:
    yield await signed_in(api, await a_person("catalogue_manager"))


async def test_a_picture_is_sent_made_listed_and_served(manager: Client) -> None:
    goods = await some_goods()

    answer = await sent(manager, goods.product_id, a_picture(), alt=[{"language": "en", "text": "A pot"}])
    added = answer.json()["data"]["addProductMedia"]
    media_id = decode("Media", added["id"], field="id")
    await make_picture(await added_event(media_id), media_id)
    [shown] = (await manager.ask(ALL, id=encode("Product", goods.product_id)))["productMedia"]["media"]
    served = await _get(manager.url + shown["sizes"][0]["url"])

    assert (added["state"], added["alt"], added["sizes"]) == ("WAITING", "A pot", [])
    assert (shown["state"], shown["width"], shown["height"], shown["error"]) == ("READY", 800, 600, None)
    assert [one["url"].rpartition("/")[2] for one in shown["sizes"]] == [
        "160.webp",
        "320.webp",
        "640.webp",
        "1280.webp",
    ]
    assert (served.status_code, served.content[8:12]) == (200, b"WEBP")
    assert served.headers["content-type"] == "image/webp"


async def test_a_served_picture_may_be_kept_for_ever_and_is_nothing_but_a_picture(api: str) -> None:
    media_id = await a_ready_picture((await some_goods()).product_id)
    url = f"{api}/media/{media_id}/160.webp"

    first = await _get(url)
    again = await _get(url, {"if-none-match": f'"other", W/{first.headers["etag"]}'})
    other = await _get(url, {"if-none-match": '"other"'})

    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["etag"].startswith('"')
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "set-cookie" not in first.headers
    assert int(first.headers["content-length"]) == len(first.content)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert other.content == first.content


async def test_what_is_not_there_is_not_found_and_not_remembered(api: str) -> None:
    media_id = await a_ready_picture((await some_goods()).product_id)
    removed = await a_ready_picture((await some_goods()).product_id)
    await remove_media(PLATFORM, RemoveMedia(removed))

    sizes = ("161", "2560", "0160", "9" * 5_000)
    for path in (*(f"{media_id}/{one}.webp" for one in sizes), f"{new_id()}/160.webp", f"{removed}/160.webp"):
        answer = await _get(f"{api}/media/{path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    for path in (f"{media_id}/source", f"{media_id}/../../reports/x", "x/160.webp", f"{media_id}/160.avif"):
        assert (await _get(f"{api}/media/{path}")).status_code == 404


@pytest.mark.parametrize(("language", "text"), [("en", "must be a picture"), ("zh-Hans", "必须是以下格式之一的图片")])
async def test_a_bad_file_is_refused_by_field_and_rule_in_the_reader_s_language(
    api: str, language: str, text: str
) -> None:
    client = await signed_in(api, await a_person("catalogue_manager"), language=language)

    answer = await sent(client, (await some_goods()).product_id, b"<svg><script>alert(1)</script></svg>")

    refusal = answer.json()["data"]["addProductMedia"]
    assert (refusal["field"], refusal["rule"]) == ("file", "picture")
    assert text in refusal["message"]


async def test_fifty_megabytes_are_cut_off_and_nothing_is_kept(manager: Client) -> None:
    goods = await some_goods()

    try:
        answer = await sent(manager, goods.product_id, b"\xff\xd8\xff" + bytes(50 * 1_048_576))
    except httpx.TransportError:  # refused while it was being sent
        pass
    else:
        assert code_of(answer) == (413, "CONTENT_TOO_LARGE")

    assert await value("SELECT count(*) FROM media WHERE product_id = $1", goods.product_id) == 0


async def test_a_bomb_is_taken_and_fails(manager: Client) -> None:
    goods = await some_goods()

    answer = await sent(manager, goods.product_id, a_bomb())
    media_id = decode("Media", answer.json()["data"]["addProductMedia"]["id"], field="id")
    await make_picture(await added_event(media_id), media_id)
    [shown] = (await manager.ask(ALL, id=encode("Product", goods.product_id)))["productMedia"]["media"]

    assert (shown["state"], shown["error"]) == ("FAILED", "TOO_MANY_PIXELS")


async def test_who_may_not_is_refused_before_the_file_is_taken_in(api: str) -> None:
    goods = await some_goods()
    other = await a_person("supplier", supplier_id=(await some_goods()).supplier_id)

    nobody = await sent(Client(api, token=None), goods.product_id, a_picture())
    customer = await sent(await signed_in(api, await a_person()), goods.product_id, a_picture())
    stranger = await sent(await signed_in(api, other), goods.product_id, a_picture())

    assert code_of(nobody)[1] == "CROSS_SITE"
    assert code_of(customer)[1] == "NOT_ALLOWED"
    assert stranger.json()["data"]["addProductMedia"]["code"] == "NOT_FOUND"


async def test_cookies_alone_send_no_file_for_a_page_of_another_site(shop: Settings) -> None:
    async with browsing(shop) as browser:
        goods = await _signed_in_manager(browser)
        own = await _sent_by(browser, goods, OWN_PAGE)
        elsewhere = [
            await _sent_by(browser, goods, {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}),
            await _sent_by(browser, goods, {"origin": "https://evil.example", "x-hanse-csrf": "1"}),
            await _sent_by(browser, goods, {"origin": HOST, "sec-fetch-site": "same-origin"}),
            await _sent_by(browser, goods, {}),
            await _sent_by(browser, goods, {"origin": "null", "x-hanse-csrf": "1"}),
        ]

    assert own.json()["data"]["addProductMedia"]["state"] == "WAITING"
    assert {code_of(one) for one in elsewhere} == {(403, "CROSS_SITE")}
    assert await value("SELECT count(*) FROM media WHERE product_id = $1", goods.product_id) == 1


async def test_an_address_is_shown_to_those_who_may_change_it(manager: Client) -> None:
    goods = await some_goods()
    given = {"productId": encode("Product", goods.product_id), "url": "https://pictures.example/pot.jpg"}

    added = (await manager.ask(FETCH, input=given))["addProductMediaFromUrl"]
    refused = (await manager.ask(FETCH, input={**given, "url": "file:///etc/passwd"}))["addProductMediaFromUrl"]

    assert (added["state"], added["sourceUrl"]) == ("WAITING", given["url"])
    assert (refused["field"], refused["rule"]) == ("url", "webAddress")


async def test_changing_and_removing_answer_with_what_there_is_then(manager: Client) -> None:
    goods = await some_goods()
    ids = [encode("Media", await a_ready_picture(goods.product_id)) for _ in range(2)]
    update = f"""mutation($input: UpdateMediaInput!) {{ updateMedia(input: $input) {{
        ... on Media {{ {PICTURE} }} {ERRORS} }} }}"""
    order = f"""mutation($input: ReorderMediaInput!) {{ reorderMedia(input: $input) {{
        ... on ProductMedia {{ media {{ id }} }} {ERRORS} }} }}"""
    remove = f"""mutation($input: RemoveMediaInput!) {{ removeMedia(input: $input) {{
        ... on MediaRemoved {{ id }} {ERRORS} }} }}"""

    texts = [{"language": "zh-Hans", "text": "茶壶"}, {"language": "en", "text": "A pot"}]
    changed = (await manager.ask(update, input={"mediaId": ids[0], "alt": texts, "expectedVersion": 2}))["updateMedia"]
    stale = (await manager.ask(update, input={"mediaId": ids[0], "position": 1, "expectedVersion": 2}))["updateMedia"]
    product = {"productId": encode("Product", goods.product_id)}
    ordered = (await manager.ask(order, input={**product, "mediaIds": ids[::-1]}))["reorderMedia"]
    removed = (await manager.ask(remove, input={"mediaId": ids[0]}))["removeMedia"]
    gone = (await manager.ask(remove, input={"mediaId": ids[0]}))["removeMedia"]

    assert (changed["alt"], changed["version"]) == ("A pot", 3)
    assert stale["code"] == "STALE_VERSION"
    assert [one["id"] for one in ordered["media"]] == ids[::-1]
    assert removed["id"] == ids[0]
    assert gone["code"] == "NOT_FOUND"


async def test_many_who_look_at_once_are_all_served(api: str) -> None:
    media_id = await a_ready_picture((await some_goods()).product_id)
    async with httpx.AsyncClient(timeout=30) as http:
        answers = await asyncio.gather(*(http.get(f"{api}/media/{media_id}/640.webp") for _ in range(50)))

    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}


async def _get(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.get(url, headers=headers)


async def _signed_in_manager(browser: Browser) -> Goods:
    email = an_email()
    await a_user(role="catalogue_manager", email=email)
    await browser.data(LOG_IN, input={"email": email, "password": PASSWORD, "keepIn": "COOKIE"})
    return await some_goods()


async def _sent_by(browser: Browser, goods: Goods, headers: dict[str, str]) -> httpx.Response:
    files = _parts(goods.product_id, a_picture())
    return await browser.http.post("/graphql", files=files, headers=headers)


def _parts(product_id: UUID, content: bytes, **more: object) -> list[tuple[str, Any]]:
    given = {"productId": encode("Product", product_id), "file": None, **more}
    return [
        ("operations", (None, json.dumps({"query": ADD, "variables": {"input": given}}))),
        ("map", (None, '{"file": ["variables.input.file"]}')),
        ("file", ("pot.jpg", content, "image/jpeg")),
    ]

"""Web pages of other origins: which may call, what they may send, and that no other learns anything."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from domain.shared.settings import Settings
from tests.processes import serving

SHOP, OFFICE, EVIL = "https://shop.example", "https://office.example:8443", "https://evil.example"
LOCAL = ["http://localhost:3000", "http://127.0.0.1:5173", "http://localhost"]
NO_LOCAL = ["https://localhost:3000", "http://localhost.evil.example", "http://localhost:3000.evil.example", "null"]
PROTOCOL = Subprotocol("graphql-transport-ws")
REPORT = "/files/reports/01890a5d-ac96-774b-bcce-b302099a8057/sales.csv"


@pytest_asyncio.fixture(scope="module")
async def production(shop: Settings) -> AsyncIterator[str]:
    origins = f'["{SHOP}", "{OFFICE}"]'
    async with serving(shop, HANSE_ENVIRONMENT="production", HANSE_ALLOWED_ORIGINS=origins) as url:
        yield url


@pytest.mark.parametrize("path", ["/graphql", REPORT])
@pytest.mark.parametrize("origin", [SHOP, OFFICE])
async def test_a_page_of_a_named_origin_may_send_what_a_front_end_sends(
    production: str, origin: str, path: str
) -> None:
    answer = await _preflight(production, origin, path=path)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert set(answer.headers["access-control-allow-methods"].split(", ")) == {"GET", "POST"}
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [EVIL, "http://shop.example", "https://shop.example.evil.example", *LOCAL, "null"])
async def test_a_page_of_another_origin_may_not(production: str, origin: str) -> None:
    preflight = await _preflight(production, origin)
    answer = await _ask(production, origin)

    assert preflight.status_code == 400
    assert answer.json() == {"data": {"__typename": "Query"}}
    for refused in (preflight, answer):
        assert "access-control-allow-origin" not in refused.headers
        assert "access-control-allow-credentials" not in refused.headers


@pytest.mark.parametrize(("method", "headers"), [("PUT", "content-type"), ("POST", "x-forwarded-for")])
async def test_nothing_else_may_be_sent(production: str, method: str, headers: str) -> None:
    answer = await _preflight(production, SHOP, method=method, headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_its_page_may_read_the_answer_and_others_keep_their_own(production: str, accept: str) -> None:
    named = await _ask(production, SHOP, accept=accept)
    other = await _ask(production, EVIL, accept=accept)

    assert named.headers["access-control-allow-origin"] == SHOP
    assert named.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in named.headers["vary"]
    assert "access-control-allow-origin" not in other.headers


async def test_its_page_may_read_a_refusal_too(production: str) -> None:
    async with httpx.AsyncClient() as http:
        malformed = await http.post(f"{production}/graphql", content=b"[]", headers=_from(SHOP))
        missing = await http.get(production + REPORT, headers=_from(SHOP))

    assert (malformed.status_code, missing.status_code) == (415, 401)
    for refused in (malformed, missing):
        assert refused.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_what_is_not_for_pages_is_not_opened_to_them(production: str, path: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(production + path, headers=_from(SHOP))

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origin", LOCAL)
async def test_outside_production_a_page_under_development_may_call(api: str, origin: str) -> None:
    preflight = await _preflight(api, origin)

    assert preflight.headers["access-control-allow-origin"] == origin
    async with connect(_socket(api), subprotocols=[PROTOCOL], origin=Origin(origin)) as socket:
        assert socket.subprotocol == PROTOCOL


@pytest.mark.parametrize("origin", NO_LOCAL)
async def test_outside_production_only_pages_of_this_machine_may(api: str, origin: str) -> None:
    preflight = await _preflight(api, origin)

    assert "access-control-allow-origin" not in preflight.headers
    assert await _socket_status(api, origin) == 403


async def test_a_page_of_a_named_origin_may_open_a_websocket(production: str) -> None:
    async with connect(_socket(production), subprotocols=[PROTOCOL], origin=Origin(SHOP)) as socket:
        assert socket.subprotocol == PROTOCOL


@pytest.mark.parametrize("origin", [EVIL, *LOCAL])
async def test_a_page_of_another_origin_may_not_open_one(production: str, origin: str) -> None:
    assert await _socket_status(production, origin) == 403


async def _preflight(
    url: str, origin: str, *, path: str = "/graphql", method: str = "POST", headers: str = ""
) -> httpx.Response:
    asked = headers or "accept-language, authorization, content-type, last-event-id, x-hanse-csrf, x-request-id"
    sent = {"access-control-request-method": method, "access-control-request-headers": asked}
    async with httpx.AsyncClient() as http:
        return await http.options(url + path, headers=_from(origin) | sent)


async def _ask(url: str, origin: str, *, accept: str = "application/json") -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.post(
            f"{url}/graphql", json={"query": "{ __typename }"}, headers=_from(origin) | {"accept": accept}
        )


async def _socket_status(url: str, origin: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        await connect(_socket(url), subprotocols=[PROTOCOL], origin=Origin(origin))
    return refused.value.response.status_code


def _from(origin: str) -> dict[str, str]:
    return {"origin": origin}


def _socket(url: str) -> str:
    return url.replace("http://", "ws://") + "/graphql"

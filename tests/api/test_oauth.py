"""The token endpoint, as RFC 6749 wants it."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
import pytest

from api.http.forms import MAX_BYTES
from api.http.oauth import ASSERTION_TYPE
from domain.identity.access.permissions import Permission
from domain.shared.settings import Settings
from tests.api.applications import an_assertion, ask_for_token
from tests.factories.applications import Partner, a_partner
from tests.processes import free_port, running, serving


async def _assertion(url: str, partner: Partner | None = None, **changes: Any) -> str:
    known = partner or await a_partner("orders.read")
    return an_assertion(url, str(known.application_id), known.signer, **changes)


async def _post(url: str, content: str | bytes, **headers: str) -> httpx.Response:
    sent = {"content-type": "application/x-www-form-urlencoded", **headers}
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(f"{url}/oauth/token", content=content, headers=sent)


async def test_a_token_is_given_and_not_to_be_stored(api: str) -> None:
    answer = await ask_for_token(api, await _assertion(api))

    body = answer.json()
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert answer.headers["content-type"] == "application/json"
    assert (body["token_type"], body["scope"], set(body)) == (
        "Bearer",
        "orders.read",
        {"access_token", "token_type", "expires_in", "scope"},
    )
    assert 890 <= body["expires_in"] <= 900


async def test_what_an_outside_library_needs_is_published(api: str) -> None:
    async with httpx.AsyncClient() as http:
        metadata = (await http.get(f"{api}/.well-known/oauth-authorization-server")).json()
        published = (await http.get(metadata["jwks_uri"])).json()
    token = (await ask_for_token(api, await _assertion(metadata["issuer"]))).json()["access_token"]

    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, audience="hanse", issuer="hanse")
    assert claims["scope"] == "orders.read"
    assert metadata["token_endpoint"] == f"{api}/oauth/token"
    assert metadata["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert metadata["scopes_supported"] == sorted(Permission)


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"client_assertion": ""}, 401, "invalid_client"),
        ({"client_assertion": "a.b.c"}, 401, "invalid_client"),
        ({"client_assertion_type": ""}, 400, "invalid_request"),
        ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}, 400, "invalid_request"),
        ({"client_secret": "secret"}, 400, "invalid_request"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"scope": "orders.refund"}, 400, "invalid_scope"),
    ],
)
async def test_a_bad_request_is_refused_by_its_name(api: str, changes: dict[str, str], status: int, error: str) -> None:
    assertion = await _assertion(api)

    answer = await ask_for_token(api, assertion, **changes)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)
    text = answer.json()["error_description"]
    assert text.isascii()
    assert not set(text) & {'"', "\\"}


async def test_refusals_of_assertions_say_what_is_wrong_only_to_who_can_sign(api: str) -> None:
    partner = await a_partner("orders.read")
    good = await _assertion(api, partner)
    await ask_for_token(api, good)

    replayed = await ask_for_token(api, good)
    elsewhere = await ask_for_token(api, await _assertion("https://another.shop.test", partner))
    forged = await ask_for_token(api, good[:-4] + "AAAA")
    unknown = await ask_for_token(api, await _assertion(api, partner, sub="00000000-0000-4000-8000-000000000000"))

    assert "used before" in replayed.json()["error_description"]
    assert "aud " in elsewhere.json()["error_description"]
    assert forged.json() == unknown.json()
    assert {one.status_code for one in (replayed, elsewhere, forged, unknown)} == {401}


async def test_refused_assertions_are_counted_per_client_and_address_and_good_ones_are_not(shop: Settings) -> None:
    partner, rates = await a_partner("orders.read"), '["3 per hour", "5 per hour"]'
    async with serving(shop, HANSE_THROTTLE_ASSERTION=rates) as url:
        good = [await ask_for_token(url, await _assertion(url, partner)) for _ in range(6)]
        narrow = [await ask_for_token(url, await _assertion(url, partner), scope="orders.refund") for _ in range(6)]
        forged = [await ask_for_token(url, (await _assertion(url, partner))[:-4] + "AAAA") for _ in range(4)]
        another = [await ask_for_token(url, (await _assertion(url))[:-4] + "AAAA") for _ in range(2)]

    assert {one.status_code for one in good} == {200}
    assert {one.json()["error"] for one in narrow} == {"invalid_scope"}
    assert [one.status_code for one in forged + another] == [401, 401, 401, 429, 401, 429]
    assert forged[3].json()["error"] == "temporarily_unavailable"
    assert 3000 < int(forged[3].headers["retry-after"]) <= 3600
    assert forged[3].headers["cache-control"] == "no-store"


async def test_of_replays_at_once_one_wins(api: str) -> None:
    assertion = await _assertion(api)

    answers = await asyncio.gather(*(ask_for_token(api, assertion) for _ in range(8)))

    assert sorted(one.status_code for one in answers) == [200] + [401] * 7


async def test_a_second_way_to_authenticate_beside_the_assertion_is_refused(api: str) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": await _assertion(api),
    }

    beside = await _post(api, urlencode(form), authorization="Basic YTpi")
    alone = await _post(api, "grant_type=client_credentials", authorization="Basic YTpi")

    assert (beside.status_code, beside.json()["error"]) == (400, "invalid_request")
    assert (alone.status_code, alone.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"grant_type=client_credentials&grant_type=client_credentials", {}, 400),
        (b"grant_type=%ff", {}, 400),
        (b"grant_type=\xff", {}, 400),
        (b"&".join(b"a%d=1" % number for number in range(21)), {}, 400),
        (b"x=" + b"1" * MAX_BYTES, {}, 413),
        (b"{}", {"content-type": "application/json"}, 415),
        (b"--x", {"content-type": "multipart/form-data; boundary=x"}, 415),
        (b"a=1", {"content-encoding": "gzip"}, 415),
    ],
)
async def test_what_is_no_small_form_is_refused(api: str, content: bytes, headers: dict[str, str], status: int) -> None:
    answer = await _post(api, content, **headers)

    assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_is_allowed(api: str, method: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.request(method, f"{api}/oauth/token")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_an_assertion_is_meant_for_the_public_address_of_the_shop(shop: Settings) -> None:
    port, public = free_port(), "https://api.shop.example"
    url, partner = f"http://127.0.0.1:{port}", await a_partner("orders.read")

    async with running("hanse.serve", shop=shop, HANSE_PORT=str(port), HANSE_PUBLIC_URL=f"{public}/"):
        for _ in range(200):
            try:
                answer = await ask_for_token(url, await _assertion(public, partner))
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        wrong = await ask_for_token(url, await _assertion(url, partner))

    assert (answer.status_code, wrong.status_code) == (200, 401)

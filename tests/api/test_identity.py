from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.live import Live
from domain.shared.clock import clock_at
from domain.shared.settings import Settings
from tests.factories.identity import PASSWORD, an_email, signed_in

USER = "id email name language currency country role permissions"
TOKENS = f"accessToken accessExpiresAt refreshToken sessionId user {{ {USER} }}"
ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
ME = f"{{ me {{ {USER} }} }}"
SIGN_UP = f"mutation ($input: SignUpInput!) {{ signUp(input: $input) {{ ... on User {{ {USER} }} {ERRORS} }} }}"
LOG_IN = f"mutation ($input: LogInInput!) {{ logIn(input: $input) {{ ... on Tokens {{ {TOKENS} }} {ERRORS} }} }}"
REFRESH = (
    "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) "
    f"{{ ... on Tokens {{ {TOKENS} }} {ERRORS} }} }}"
)
LOG_OUT = f"mutation {{ logOut {{ ... on LoggedOut {{ sessionId }} {ERRORS} }} }}"


@pytest.fixture(scope="module")
async def client(shop: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(shop)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"live": Live()}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(with_state), base_url="http://shop") as opened:
        yield opened


async def test_a_person_signs_up_logs_in_stays_signed_in_and_logs_out(client: httpx.AsyncClient) -> None:
    email = an_email()

    person = await _data(client, SIGN_UP, "signUp", input=_sign_up(email=email))
    first = await _data(client, LOG_IN, "logIn", input={"email": email, "password": PASSWORD})
    second = await _data(client, REFRESH, "refreshSession", input={"refreshToken": first["refreshToken"]})
    me = await _data(client, ME, "me", token=second["accessToken"])
    out = await _data(client, LOG_OUT, "logOut", token=second["accessToken"])
    refused = await _data(client, REFRESH, "refreshSession", input={"refreshToken": second["refreshToken"]})

    assert person == {
        "id": person["id"],
        "email": email,
        "name": "Anna Schmidt",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
        "role": "customer",
        "permissions": [],
    }
    assert first["user"] == second["user"] == me == person
    assert out == {"sessionId": first["sessionId"]}
    assert (refused["__typename"], refused["code"]) == ("SessionEndedError", "SESSION_ENDED")


async def test_staff_see_what_they_may_do(client: httpx.AsyncClient) -> None:
    tokens = await signed_in(role="analyst")

    me = await _data(client, ME, "me", token=tokens.access_token)

    assert (me["role"], me["permissions"]) == ("analyst", ["recommendations.read", "reports.request", "segments.read"])


async def test_somebody_who_is_not_signed_in_is_nobody(client: httpx.AsyncClient) -> None:
    assert await _data(client, ME, "me") is None


async def test_an_address_that_is_taken_is_refused_by_type(client: httpx.AsyncClient) -> None:
    sent = _sign_up()
    await _data(client, SIGN_UP, "signUp", input=sent)

    refused = await _data(client, SIGN_UP, "signUp", input=sent)

    assert (refused["__typename"], refused["code"]) == ("EmailTakenError", "EMAIL_TAKEN")


async def test_signing_up_with_the_same_key_twice_gives_the_same_person(client: httpx.AsyncClient) -> None:
    sent = _sign_up(idempotencyKey=an_email())

    first = await _data(client, SIGN_UP, "signUp", input=sent)
    second = await _data(client, SIGN_UP, "signUp", input=sent)

    assert first == second


async def test_bad_input_names_its_field_in_the_language_of_the_request(client: httpx.AsyncClient) -> None:
    sent = _sign_up(password="1234567")

    refused = await _data(client, SIGN_UP, "signUp", language="zh-CN", input=sent)

    assert refused["__typename"] == "InvalidInputError"
    assert (refused["field"], refused["rule"], refused["limit"]) == ("password", "length", "8..128")
    assert "长度" in refused["message"]


@pytest.mark.parametrize(
    ("email", "password"),
    [("nobody@example.org", PASSWORD), ("a\x01b@example.org", "a bell\x07 in a password"), ("", "")],
)
async def test_a_wrong_log_in_is_refused_by_type(client: httpx.AsyncClient, email: str, password: str) -> None:
    refused = await _data(client, LOG_IN, "logIn", input={"email": email, "password": password})

    assert (refused["__typename"], refused["code"]) == ("WrongCredentialsError", "WRONG_CREDENTIALS")


@pytest.mark.parametrize("field", ["email", "password", "name", "idempotencyKey"])
async def test_a_nul_in_any_field_is_bad_input(client: httpx.AsyncClient, field: str) -> None:
    answer = await _ask(client, SIGN_UP, input=_sign_up(**{field: "nul\x00 and more than 8"}))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


async def test_only_who_is_signed_in_logs_out(client: httpx.AsyncClient) -> None:
    answer = await _ask(client, LOG_OUT)

    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_an_expired_token_is_a_401_with_its_name(client: httpx.AsyncClient) -> None:
    tokens = await signed_in()

    with clock_at(tokens.access_expires_at):
        answer = await _ask(client, ME, token=tokens.access_token)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "TOKEN_EXPIRED")
    assert "data" not in answer.json()


@pytest.mark.parametrize("query", [ME, LOG_OUT, "{ __typename }"])
async def test_a_forged_token_is_a_401_whatever_was_asked(client: httpx.AsyncClient, query: str) -> None:
    claims = jwt.decode((await signed_in()).access_token, options={"verify_signature": False})
    forged = jwt.encode(claims | {"role": "administrator"}, key="", algorithm="none")

    answer = await _ask(client, query, token=forged)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "TOKEN_INVALID")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


async def test_an_outside_library_verifies_a_token_by_the_published_keys(client: httpx.AsyncClient) -> None:
    tokens = await signed_in()

    published = await client.get("/.well-known/jwks.json")

    keys = jwt.PyJWKSet.from_dict(published.json())
    key = keys[jwt.get_unverified_header(tokens.access_token)["kid"]]
    claims = jwt.decode(tokens.access_token, key, audience="hanse", issuer="hanse")
    assert claims["sub"] == str(tokens.user_id)
    assert published.headers["content-type"] == "application/jwk-set+json"
    assert "max-age" in published.headers["cache-control"]


def _sign_up(**changes: str) -> dict[str, str]:
    return {
        "email": an_email(),
        "password": PASSWORD,
        "name": "Anna Schmidt",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
        **changes,
    }


async def _data(
    client: httpx.AsyncClient,
    query: str,
    name: str,
    *,
    token: str | None = None,
    language: str = "en",
    **variables: Any,
) -> Any:
    answer = await _ask(client, query, token=token, language=language, **variables)
    assert (answer.status_code, answer.json().get("errors")) == (200, None)
    return answer.json()["data"][name]


async def _ask(
    client: httpx.AsyncClient, query: str, *, token: str | None = None, language: str = "en", **variables: Any
) -> httpx.Response:
    headers = {"accept": "application/graphql-response+json", "accept-language": language}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    return await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

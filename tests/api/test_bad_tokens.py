"""Access tokens that nobody was given, over HTTP: each refused by its name, whatever is asked with it."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest

from domain.identity.keys.key_pairs import generate
from domain.identity.keys.keys import active_key
from domain.identity.sessions import cutoffs
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.browser import LOG_OUT, ME, Browser, browsing, code_of
from tests.factories.identity import signed_in

INVALID = (401, "TOKEN_INVALID")


@pytest.fixture
async def client(shop: Settings) -> AsyncIterator[Browser]:
    async with browsing(shop, headers={}) as opened:
        yield opened


async def test_the_token_that_the_others_are_made_from_is_good(client: Browser) -> None:
    assert await client.data(ME, _bearer(await _resigned()))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://shop.example"},
        {"aud": ["hanse-partner"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"sub": "administrator"},
        {"exp": None},
        {"grants": "administrator"},
    ],
)
async def test_other_claims_under_our_own_signature_are_refused(client: Browser, changes: dict[str, Any]) -> None:
    answer = await client.post(ME, _bearer(await _resigned(**changes)))

    assert code_of(answer) == INVALID
    assert answer.headers["www-authenticate"] == 'Bearer realm="hanse", error="invalid_token"'
    assert "data" not in answer.json()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
async def test_a_token_without_a_signature_is_refused(client: Browser, algorithm: str) -> None:
    header = {"alg": algorithm, "kid": (await active_key("access")).kid, "typ": "JWT"}
    claims = await _claims() | {"grants": [["administrator", None, None]]}

    for signature in (b"", b"x"):
        assert code_of(await client.post(ME, _bearer(_by_hand(header, claims, signature)))) == INVALID


async def test_the_public_key_is_no_secret_to_sign_with(client: Browser) -> None:
    key = await active_key("access")
    claims = await _claims() | {"grants": [["administrator", None, None]]}

    for secret in (key.public_pem, key.public_pem.strip(), key.public_pem.replace("\n", "")):
        header = {"alg": "HS256", "kid": key.kid, "typ": "JWT"}
        signature = hmac.new(secret.encode(), _signed_part(header, claims), sha256).digest()
        assert code_of(await client.post(ME, _bearer(_by_hand(header, claims, signature)))) == INVALID


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA", "ES256"])
async def test_a_key_of_somebody_else_signs_nothing_here_under_any_name(client: Browser, algorithm: str) -> None:
    pair, ours = generate(algorithm), await active_key("access")
    shown = {
        "jku": "http://127.0.0.1:1/",
        "x5u": "http://127.0.0.1:1/",
        "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    }

    for header in ({"kid": ours.kid}, {"kid": "mine"}, {}, {"kid": "mine", **shown}, {"kid": "../../etc/passwd"}):
        forged = jwt.encode(await _claims(), pair.private_pem, algorithm, headers=header)
        assert code_of(await client.post(ME, _bearer(forged))) == INVALID


@pytest.mark.parametrize("purpose", ["receipt", "audit"])
async def test_our_other_keys_sign_no_tokens(client: Browser, purpose: Any) -> None:
    key = await active_key(purpose)

    for kid in (key.kid, (await active_key("access")).kid):
        forged = jwt.encode(await _claims(), key.private_pem, "ES256", headers={"kid": kid})
        assert code_of(await client.post(ME, _bearer(forged))) == INVALID


async def test_an_altered_token_is_refused(client: Browser) -> None:
    header, claims, signature = (await signed_in()).access_token.split(".")
    admin = urlsafe_b64encode(json.dumps(await _claims() | {"sub": str(new_id())}).encode()).rstrip(b"=").decode()

    for altered in (f"{header}.{admin}.{signature}", f"{header}.{claims}.", f"{header}.{claims}.{signature[:-4]}AAAA"):
        assert code_of(await client.post(ME, _bearer(altered))) == INVALID


@pytest.mark.parametrize("query", [ME, LOG_OUT, "{ __typename }"])
async def test_an_expired_token_is_refused_by_its_name_whatever_is_asked(client: Browser, query: str) -> None:
    tokens = await signed_in()

    with clock_at(tokens.access_expires_at):
        answer = await client.post(query, _bearer(tokens.access_token))

    assert code_of(answer) == (401, "TOKEN_EXPIRED")


async def test_a_token_of_a_device_that_was_signed_out_is_refused_by_its_name(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)
    tokens = await signed_in()
    await log_out(await viewer_from_token(tokens.access_token))

    assert code_of(await client.post(ME, _bearer(tokens.access_token))) == (401, "SESSION_ENDED")


async def test_a_refresh_token_is_no_access_token(client: Browser) -> None:
    tokens = await signed_in()

    assert code_of(await client.post(ME, _bearer(tokens.refresh_token))) == INVALID


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "bearer a b c", "Bearer " + "x" * 10_000, "Token abc", "Bearer é"]
)
async def test_what_is_no_bearer_token_is_refused(client: Browser, header: str) -> None:
    answer = await client.http.post("/graphql", json={"query": ME}, headers={b"authorization": header.encode()})

    assert code_of(answer) == INVALID


async def test_refreshing_works_with_an_expired_token_beside_it_and_not_with_a_forged_one(client: Browser) -> None:
    tokens = await signed_in()
    query = """mutation ($token: String) { refreshSession(input: {refreshToken: $token}) {
               ... on Tokens { accessToken sessionId } } }"""

    with clock_at(tokens.access_expires_at + timedelta(minutes=1)):
        forged = await client.post(query, _bearer("a.b.c"), token=tokens.refresh_token)
        refreshed = await client.data(query, _bearer(tokens.access_token), token=tokens.refresh_token)
        me = await client.data(ME, _bearer(refreshed["accessToken"]))

    assert code_of(forged) == INVALID
    assert me


async def _resigned(**changes: Any) -> str:
    key = await active_key("access")
    claims = {name: value for name, value in (await _claims() | changes).items() if value is not None}
    return jwt.api_jws.encode(json.dumps(claims).encode(), key.private_pem, key.algorithm, headers={"kid": key.kid})


async def _claims() -> dict[str, Any]:
    """Those of somebody who is signed in."""
    claims: dict[str, Any] = jwt.decode((await signed_in()).access_token, options={"verify_signature": False})
    return claims


def _bearer(token: str) -> dict[str, str | None]:
    return {"authorization": f"Bearer {token}"}


def _signed_part(header: dict[str, str], claims: dict[str, Any]) -> bytes:
    return b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))


def _by_hand(header: dict[str, str], claims: dict[str, Any], signature: bytes) -> str:
    return (_signed_part(header, claims) + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()

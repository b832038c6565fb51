import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from contextlib import AsyncExitStack
from datetime import timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest

from domain.identity.errors import TokenExpired, TokenInvalid
from domain.identity.keys import keys
from domain.identity.keys.key_pairs import generate
from domain.identity.keys.keys import active_key, public_keys
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import connection, run
from domain.shared.ids import new_id
from domain.shared.settings import settings
from tests.factories.identity import signed_in


async def test_a_token_says_who_and_until_when() -> None:
    tokens = await signed_in(role="analyst")

    header = jwt.get_unverified_header(tokens.access_token)
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})

    assert (header["alg"], header["kid"]) == ("RS256", (await active_key("access")).kid)
    assert claims == {
        "iss": "hanse",
        "aud": "hanse",
        "sub": str(tokens.user_id),
        "sid": str(tokens.session_id),
        "grants": [["analyst", None, None]],
        "amr": ["pwd"],
        "lang": "en",
        "iat": claims["exp"] - 900,
        "its": claims["its"],
        "exp": int(tokens.access_expires_at.timestamp()),
    }


async def test_a_token_that_expired_is_refused_by_name_although_it_was_accepted_before() -> None:
    tokens = await signed_in()
    accepted = await viewer_from_token(tokens.access_token)

    with clock_at(tokens.access_expires_at), pytest.raises(TokenExpired):
        await viewer_from_token(tokens.access_token)

    assert accepted.user_id == tokens.user_id


async def test_a_token_is_good_until_its_last_second() -> None:
    tokens = await signed_in()

    with clock_at(tokens.access_expires_at - timedelta(seconds=1)):
        assert await viewer_from_token(tokens.access_token)


async def test_a_known_token_is_checked_without_a_statement() -> None:
    token = (await signed_in()).access_token
    viewer = await viewer_from_token(token)

    async with AsyncExitStack() as every_connection:
        for _ in range(settings().database_pool_size):
            await every_connection.enter_async_context(connection())
        async with asyncio.timeout(1):
            again = await viewer_from_token(token)

    assert again == viewer


async def test_the_claims_made_here_are_accepted_so_that_the_forgeries_below_fail_by_what_they_forge() -> None:
    assert (await viewer_from_token(await _signed())).may("orders.read")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "elsewhere"},
        {"iss": "elsewhere"},
        {"sub": "1"},
        {"sid": "1"},
        {"grants": "administrator"},
        {"grants": [["administrator"]]},
        {"grants": [["administrator", None, "1"]]},
        {"its": "now"},
        {"its": 10**30},
        {"exp": "soon"},
        {"exp": 10**30},
    ],
)
async def test_a_token_of_ours_with_other_claims_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        await viewer_from_token(await _signed(**changes))


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "lang", "iat", "its", "exp"])
async def test_a_token_without_a_claim_is_refused(missing: str) -> None:
    claims = _claims()
    del claims[missing]
    key = await active_key("access")

    with pytest.raises(TokenInvalid):
        await viewer_from_token(jwt.encode(claims, key.private_pem, key.algorithm, headers={"kid": key.kid}))


async def test_an_unsigned_token_is_refused() -> None:
    kid = (await active_key("access")).kid

    for algorithm in ("none", "None", "NONE", ""):
        with pytest.raises(TokenInvalid):
            await viewer_from_token(_by_hand({"alg": algorithm, "kid": kid}, _claims(), b""))


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    key = await active_key("access")
    token = _by_hand({"alg": "HS256", "kid": key.kid}, _claims(), key.public_pem.encode())

    with pytest.raises(TokenInvalid):
        await viewer_from_token(token)


async def test_a_token_of_another_key_under_our_kid_is_refused() -> None:
    key, other = await active_key("access"), generate("RS256")

    with pytest.raises(TokenInvalid):
        await viewer_from_token(jwt.encode(_claims(), other.private_pem, "RS256", headers={"kid": key.kid}))


async def test_a_token_with_an_unknown_kid_or_none_is_refused() -> None:
    key = await active_key("access")

    for headers in ({"kid": "unknown"}, {}):
        with pytest.raises(TokenInvalid):
            await viewer_from_token(jwt.encode(_claims(), key.private_pem, "RS256", headers=headers))


async def test_a_token_that_the_receipt_key_signed_is_refused() -> None:
    receipt = await active_key("receipt")

    for kid in (receipt.kid, (await active_key("access")).kid):
        with pytest.raises(TokenInvalid):
            await viewer_from_token(jwt.encode(_claims(), receipt.private_pem, "ES256", headers={"kid": kid}))


async def test_a_token_that_names_its_own_key_is_refused() -> None:
    pair = generate("RS256")
    headers = {"kid": "mine", "jwk": {"kty": "RSA"}, "x5u": "http://127.0.0.1/", "jku": "http://127.0.0.1/"}

    with pytest.raises(TokenInvalid):
        await viewer_from_token(jwt.encode(_claims(), pair.private_pem, "RS256", headers=headers))


async def test_one_altered_character_anywhere_is_refused() -> None:
    token = (await signed_in()).access_token

    for place in range(0, len(token) - 2, 37):
        altered = "A" if token[place] != "A" else "B"
        with pytest.raises(TokenInvalid):
            await viewer_from_token(token[:place] + altered + token[place + 1 :])


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "\ud800.\x00.x",
        "x" * 1_000_000,
        f"{urlsafe_b64encode(b'[' * 1400).decode().rstrip('=')}.e30.x",
        "e30.e30.",
        "bnVsbA.e30.x",
        "WzFd.e30.x",
    ],
)
async def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenInvalid):
        await viewer_from_token(token)


async def test_a_key_that_another_process_made_is_found_and_forged_kids_ask_the_database_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = await _signed_by_new_key()
    await public_keys("access")

    monkeypatch.setattr(keys, "ANOTHER_LOOK", timedelta(seconds=1000))
    with pytest.raises(TokenInvalid):
        await viewer_from_token(token)
    monkeypatch.setattr(keys, "ANOTHER_LOOK", timedelta(0))

    assert await viewer_from_token(token)


async def test_a_token_of_a_key_that_was_deleted_is_refused_although_it_was_accepted_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = await _signed_by_new_key()
    monkeypatch.setattr(keys, "ANOTHER_LOOK", timedelta(0))
    assert await viewer_from_token(token)

    await run("DELETE FROM signing_key WHERE kid = $1", jwt.get_unverified_header(token)["kid"])
    monkeypatch.setattr(keys, "REFRESH", timedelta(0))

    with pytest.raises(TokenInvalid):
        await viewer_from_token(token)


async def _signed(**changes: Any) -> str:
    key = await active_key("access")
    claims = {name: value for name, value in (_claims() | changes).items() if value is not None}
    return jwt.api_jws.encode(json.dumps(claims).encode(), key.private_pem, key.algorithm, headers={"kid": key.kid})


async def _signed_by_new_key() -> str:
    pair, kid = generate("RS256"), new_id().hex
    await run(
        """INSERT INTO signing_key (id, kid, purpose, algorithm, public_pem, private_encrypted, created_at, active_from,
                                    retired_at)
           VALUES ($1, $2, 'access', 'RS256', $3, '', now(), now(), now())""",
        new_id(),
        kid,
        pair.public_pem,
    )
    return jwt.encode(_claims(), pair.private_pem, "RS256", headers={"kid": kid})


def _claims() -> dict[str, Any]:
    issued = int(now().timestamp())
    return {
        "iss": "hanse",
        "aud": "hanse",
        "sub": str(new_id()),
        "sid": str(new_id()),
        "grants": [["administrator", None, None]],
        "amr": ["pwd"],
        "lang": "en",
        "iat": issued,
        "its": issued * 1_000_000,
        "exp": issued + 900,
    }


def _by_hand(header: dict[str, str], claims: dict[str, Any], secret: bytes) -> str:
    signed = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    signature = hmac.new(secret, signed, sha256).digest() if secret else b""
    return (signed + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()

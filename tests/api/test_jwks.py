"""A library that knows nothing but the address of the published keys verifies tokens, whatever becomes of the keys."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from joserfc import jwt as other_jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from jwt import PyJWKClient, PyJWKClientError

from domain.identity.keys.key_rotation import NOTICE, OVERLAP, rotate_due_keys
from domain.identity.keys.keys import LAST_TOKEN
from domain.shared.database import run
from domain.shared.settings import Settings
from tests.api.browser import LOG_IN
from tests.api.client import Client
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.own_shop import own_shop
from tests.processes import serving

__all__ = ["own_shop"]
PATH = "/.well-known/jwks.json"


class Partner:
    """Somebody elsewhere with a library, and an address."""

    def __init__(self, url: str) -> None:
        self._keys = PyJWKClient(url + PATH)

    async def verified(self, token: str) -> dict[str, Any]:
        return await asyncio.to_thread(self._verified, token)

    def _verified(self, token: str) -> dict[str, Any]:
        key = self._keys.get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(token, key, ["RS256", "EdDSA"], audience="hanse", issuer="hanse")
        return claims


async def test_tokens_are_verified_before_during_and_after_a_rotation(own_shop: Settings) -> None:
    async with _fresh(own_shop) as api:
        partner, before = Partner(api), await _token(api)
        assert await partner.verified(before)

    await _age(timedelta(days=90))
    assert len((await rotate_due_keys()).made) == 3
    async with _fresh(own_shop) as api:
        during = await _token(api)
        newcomer = Partner(api)  # reads both keys, and goes by them for a while
        assert await newcomer.verified(before)
        assert await newcomer.verified(during)
        assert _kid(during) == _kid(before)

    await _age(NOTICE + OVERLAP)
    assert len((await rotate_due_keys()).retired) == 3
    async with _fresh(own_shop) as api:
        after = await _token(api)
        for reader in (newcomer, Partner(api)):
            assert await reader.verified(during)
            assert await reader.verified(after)
        assert _kid(after) != _kid(during)

    await _age(LAST_TOKEN)
    async with _fresh(own_shop) as api:
        latest = Partner(api)
        assert await latest.verified(await _token(api))
        with pytest.raises(PyJWKClientError):
            await latest.verified(during)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # RFC 9864 calls it Ed25519, which few libraries know yet
@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
async def test_a_library_that_the_shop_does_not_sign_with_verifies_its_tokens(
    own_shop: Settings, configure: Callable[..., None], algorithm: str
) -> None:
    configure(token_algorithm=algorithm)
    await rotate_due_keys()
    await _age(NOTICE)
    async with _fresh(own_shop) as api, httpx.AsyncClient() as http:
        token = await _token(api)
        keys = KeySet.import_key_set((await http.get(api + PATH)).json())

    verified = other_jwt.decode(token, keys, [algorithm])

    rules = other_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": "hanse"}, aud={"essential": True, "value": "hanse"}
    )
    rules.validate(verified.claims)
    assert verified.header["alg"] == algorithm
    head, claims, signature = token.split(".")
    with pytest.raises(BadSignatureError):
        other_jwt.decode(f"{head}.{claims}.{signature[::-1]}", keys, [algorithm])


async def test_the_published_keys_may_be_kept_for_five_minutes(api: str) -> None:
    async with httpx.AsyncClient() as http:
        published = await http.get(api + PATH)

    assert published.headers["content-type"] == "application/jwk-set+json"
    assert published.headers["cache-control"] == "public, max-age=300"
    for key in published.json()["keys"]:
        assert key.keys() >= {"kty", "kid", "alg", "use"}
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}


@asynccontextmanager
async def _fresh(shop: Settings) -> AsyncIterator[str]:
    """A process of the API that has read no key yet: as much as all know a minute after a change."""
    async with serving(shop) as url:
        yield url


async def _token(api: str) -> str:
    email = an_email()
    await a_user(email=email)
    answer = await Client(api).ask(LOG_IN, input={"email": email, "password": PASSWORD})
    token: str = answer["logIn"]["accessToken"]
    return token


async def _age(by: timedelta) -> None:
    """Let time pass for the keys: the clock of a process of its own cannot be set."""
    await run(
        """UPDATE signing_key SET created_at = created_at - $1::interval, active_from = active_from - $1::interval,
                                  retired_at = retired_at - $1::interval""",
        by,
    )


def _kid(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid

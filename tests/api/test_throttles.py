"""Log-ins that come too often, over HTTP, with Redis there and away."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from domain.shared.settings import Settings
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.processes import free_port, serving

LOG_IN = """mutation ($email: String!, $password: String!) { logIn(input: {email: $email, password: $password}) {
    ... on Tokens { sessionId } ... on Error { __typename code message }
    ... on TooManyAttemptsError { retryAfterSeconds } } }"""


@pytest.fixture(autouse=True)
async def nobody_tried_before(shop: Settings) -> None:
    async with Redis.from_url(shop.redis_url) as redis:
        keys = [key async for key in redis.scan_iter("hanse:throttle:*")]
        if keys:
            await redis.delete(*keys)


@pytest.fixture(scope="module")
async def without_redis(shop: Settings) -> AsyncIterator[str]:
    async with serving(shop, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as url:
        yield url


async def test_the_eleventh_try_is_refused_alike_whether_or_not_there_is_an_account(api: str) -> None:
    email, unused = an_email(), an_email()
    await a_user(email=email)

    known = [await _try(api, email, f"wrong {n}") for n in range(11)]
    unknown = [await _try(api, unused, f"wrong {n}") for n in range(11)]
    right = await _try(api, email, PASSWORD)

    assert [one["code"] for one in known] == [one["code"] for one in unknown]
    assert [one["code"] for one in known] == ["WRONG_CREDENTIALS"] * 10 + ["TOO_MANY_ATTEMPTS"]
    assert (known[10]["__typename"], right["code"]) == ("TooManyAttemptsError", "TOO_MANY_ATTEMPTS")
    assert 880 < known[10]["retryAfterSeconds"] <= 900
    assert known[10].keys() == unknown[10].keys()


async def test_the_refusal_is_told_in_the_language_of_the_request(api: str) -> None:
    email = an_email()
    for _ in range(10):
        await _try(api, email, "wrong")

    refused = await _try(api, email, "wrong", **{"accept-language": "zh-CN"})

    assert f"{refused['retryAfterSeconds']} 秒" in refused["message"]


async def test_a_log_in_that_succeeds_gives_its_account_all_tries_again(api: str) -> None:
    email = an_email()
    await a_user(email=email)
    for _ in range(3):
        for _ in range(9):
            assert (await _try(api, email, "wrong"))["code"] == "WRONG_CREDENTIALS"
        assert "sessionId" in await _try(api, email, PASSWORD)


async def test_of_many_tries_at_once_ten_are_checked(api: str) -> None:
    email = an_email()

    answers = await asyncio.gather(*(_try(api, email, "wrong") for _ in range(40)))

    assert [one["code"] for one in answers].count("WRONG_CREDENTIALS") == 10


async def test_an_address_behind_the_proxy_counts_for_itself_and_cannot_be_made_up(api: str) -> None:
    made_up = [{"x-forwarded-for": f"10.9.9.{n}, 198.51.100.7"} for n in range(101)]

    tried = [await _try(api, an_email(), "wrong", **headers) for headers in made_up]
    elsewhere = await _try(api, an_email(), "wrong", **{"x-forwarded-for": "198.51.100.8"})

    assert [one["code"] for one in tried] == ["WRONG_CREDENTIALS"] * 100 + ["TOO_MANY_ATTEMPTS"]
    assert elsewhere["code"] == "WRONG_CREDENTIALS"


async def test_who_is_no_trusted_proxy_cannot_say_from_where_they_come(shop: Settings) -> None:
    rates = '["1000 per hour", "3 per hour"]'
    async with serving(shop, HANSE_TRUSTED_PROXIES='["192.0.2.1"]', HANSE_THROTTLE_LOG_IN=rates) as url:
        tried = [await _try(url, an_email(), "wrong", **{"x-forwarded-for": f"198.51.100.{n}"}) for n in range(4)]

    assert [one["code"] for one in tried] == ["WRONG_CREDENTIALS"] * 3 + ["TOO_MANY_ATTEMPTS"]


async def test_without_redis_everybody_logs_in_as_quickly_as_ever(without_redis: str) -> None:
    email = an_email()
    await a_user(email=email)
    for _ in range(9):
        assert (await _try(without_redis, email, "wrong"))["code"] == "WRONG_CREDENTIALS"
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        assert "sessionId" in await _try(without_redis, email, PASSWORD)
        seconds.append(time.monotonic() - started)

    guesses = [(await _try(without_redis, email, "wrong"))["code"] for _ in range(11)]

    assert min(seconds) < 1
    assert guesses == ["WRONG_CREDENTIALS"] * 10 + ["TOO_MANY_ATTEMPTS"]


async def _try(api: str, email: str, password: str, **headers: str) -> Any:
    async with httpx.AsyncClient(timeout=30) as http:
        sent = {"query": LOG_IN, "variables": {"email": email, "password": password}}
        answer = await http.post(f"{api}/graphql", json=sent, headers=headers)
    return answer.json()["data"]["logIn"]

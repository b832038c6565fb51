"""How often somebody may try what can be guessed, or what sends mail: per account and per network address.

While Redis is away each process counts for itself, since a shop that nobody can enter would be the greater harm; the log
says so.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Literal

from limits import RateLimitItem, parse

from domain.identity.errors import TooManyAttempts
from domain.identity.sessions.attempt_counters import attempt_counters
from domain.shared.caller import caller
from domain.shared.database import in_transaction
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
from domain.shared.settings import settings

Kind = Literal["log_in", "second_factor", "mail", "guest"]
"""Each has its limits in the settings, as `throttle_<kind>`."""


@dataclass(frozen=True)
class _Counter:
    limit: RateLimitItem
    key: str


async def throttle(kind: Kind, *, account: str | None = None) -> None:
    """Count one attempt, before anything is checked. Raises TooManyAttempts beyond the limits of the settings.

    `account` names whose account is tried; one that does not exist counts alike. The caller's address counts as well, and
    first: who is refused for that uses up nobody's account. Not to be called in a transaction, which would wait for Redis.
    """
    _require_no_transaction()
    of_address, of_account = await _counters(kind, account)
    for one in filter(None, (of_address, of_account)):
        if not await attempt_counters().count(one.limit, one.key):
            raise TooManyAttempts(retry_after_seconds=await attempt_counters().seconds_left(one.limit, one.key))


async def forgive(kind: Kind, *, account: str | None = None) -> None:
    """The attempt that was counted was a good one: the account starts anew, and the address gets this one back.

    So those who share an address, an office or the customers of one carrier, do not lock each other out.
    """
    _require_no_transaction()
    of_address, of_account = await _counters(kind, account)
    if of_account is not None:
        await attempt_counters().clear(of_account.limit, of_account.key)
    if of_address is not None:
        await attempt_counters().take_back(of_address.limit, of_address.key)


async def _counters(kind: Kind, account: str | None) -> tuple[_Counter | None, _Counter | None]:
    """That of the address and that of the account, as far as these are known. Redis holds neither in the open."""
    per_account, per_address = _limits(getattr(settings(), f"throttle_{kind}"))
    key, place = await secret_for("throttles"), _place(caller().address)
    return (
        _Counter(per_address, f"{kind} address {keyed_hash(place, key=key)}") if place else None,
        None if account is None else _Counter(per_account, f"{kind} account {keyed_hash(account, key=key)}"),
    )


def _place(address: str) -> str:
    """What counts as one address: of IPv6 the /64, which is what a household is given."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network(f"{found}/64", strict=False))


@lru_cache(maxsize=16)
def _limits(written: tuple[str, str]) -> tuple[RateLimitItem, RateLimitItem]:
    return parse(written[0]), parse(written[1])


def _require_no_transaction() -> None:
    if in_transaction():
        raise RuntimeError("a throttle talks to Redis and was called inside a transaction")

"""How often somebody may try what can be guessed, or what sends mail: per account and per network address.

While Redis is away each process counts for itself, since a shop that nobody can enter would be the greater harm; the log
says so.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from limits import RateLimitItem, parse

from domain.identity.errors import TooManyAttempts
from domain.identity.sessions.attempt_counters import attempt_counters
from domain.shared.caller import caller
from domain.shared.database import in_transaction
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
from domain.shared.settings import settings

Kind = Literal["log_in", "second_factor", "passkey", "assertion", "mail", "guest", "new_password"]
"""Each has its limits in the settings, as `throttle_<kind>`: per account and per address, or one per address alone."""

_BY_PLACE: frozenset[Kind] = frozenset({"log_in", "assertion"})
"""Of these an account is counted for each address apart: a stranger elsewhere does not lock its owner out."""
_WIDER = 10
"""How many addresses' worth a /48 of IPv6 may use up: whoever has one has 65 536 of what counts as one address."""


@dataclass(frozen=True)
class _Counter:
    """`is_cleared`: a good attempt lets it begin anew; else it gives back what was counted for itself."""

    limit: RateLimitItem
    key: str
    is_cleared: bool = False


async def throttle(kind: Kind, *, account: str | None = None) -> None:
    """Count one attempt, before anything is checked. Raises TooManyAttempts beyond the limits of the settings.

    `account` names whose account is tried; one that does not exist counts alike. The caller's address counts as well, and
    first: who is refused for that uses up nobody's account. Not to be called in a transaction, which would wait for Redis.
    """
    _require_no_transaction()
    for one in await _counters(kind, account):
        if not await attempt_counters().count(one.limit, one.key):
            raise TooManyAttempts(retry_after_seconds=await attempt_counters().seconds_left(one.limit, one.key))


async def forgive(kind: Kind, *, account: str | None = None) -> None:
    """The attempt that was counted was a good one: here the account starts anew, and all else gets this one back.

    So those who share an address, an office or the customers of one carrier, do not lock each other out; and what was
    guessed elsewhere at an account is not forgotten because its owner logs in.
    """
    _require_no_transaction()
    for one in await _counters(kind, account):
        if one.is_cleared:
            await attempt_counters().clear(one.limit, one.key)
        else:
            await attempt_counters().take_back(one.limit, one.key)


async def _counters(kind: Kind, account: str | None) -> list[_Counter]:
    """In the order in which they are counted, as far as address and account are known."""
    per_account, per_address = _limits(kind)
    place, network = caller().place, caller().network
    found = list[_Counter]()
    if place:
        found.append(await _counter(kind, "address", place, per_address))
    if ":" in network:
        found.append(await _counter(kind, "network", network, _times(_WIDER, per_address)))
    if account is not None and kind in _BY_PLACE:
        here = await _counter(kind, "account from", f"{account} {place}", per_account)
        found.append(_Counter(here.limit, here.key, is_cleared=True))
    if account is not None and kind == "log_in":
        found.append(await _counter(kind, "account", account, _parsed(settings().throttle_account)))
    elif account is not None and kind not in _BY_PLACE:
        found.append(await _counter(kind, "account", account, per_account))
    return found


async def _counter(kind: Kind, what: str, whose: str, limit: RateLimitItem) -> _Counter:
    """Redis holds no account and no address in the open."""
    return _Counter(limit, f"{kind} {what} {keyed_hash(whose, key=await secret_for('throttles'))}")


def _limits(kind: Kind) -> tuple[RateLimitItem, RateLimitItem]:
    """Per account and per address. Where the setting has one for addresses alone, no account is ever given."""
    written: str | tuple[str, str] = getattr(settings(), f"throttle_{kind}")
    per_account, per_address = (written, written) if isinstance(written, str) else written
    return _parsed(per_account), _parsed(per_address)


@lru_cache(maxsize=32)
def _parsed(written: str) -> RateLimitItem:
    return parse(written)


def _times(factor: int, limit: RateLimitItem) -> RateLimitItem:
    return type(limit)(factor * limit.amount, limit.multiples)


def _require_no_transaction() -> None:
    if in_transaction():
        raise RuntimeError("a throttle talks to Redis and was called inside a transaction")

"""The keys that sign for the shop: `access` tokens, payment `receipt`s, `audit` checkpoints. Private halves are sealed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

from domain.audit.record import record
from domain.identity.keys.key_pairs import generate
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.master_key import KeysUnusable, present_name, seal, unseal
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import PLATFORM

Purpose = Literal["access", "receipt", "audit"]
PURPOSES: tuple[Purpose, ...] = ("access", "receipt", "audit")

REFRESH = timedelta(seconds=60)
"""How old what a process knows of the keys may be."""
ANOTHER_LOOK = timedelta(seconds=5)
"""How often, at most, the database is asked for a key that is not known."""
LAST_TOKEN = timedelta(minutes=16)
"""When the last access token that a retired key signed has expired: the longest setting, and a minute for clocks."""


@dataclass(frozen=True)
class LoadedKey:
    """PEM texts: the private half as PKCS #8 (ES256: SEC 1), the public half as SubjectPublicKeyInfo."""

    kid: str
    algorithm: str
    private_pem: str = field(repr=False)
    public_pem: str


@dataclass(frozen=True)
class KeyFacts:
    """A key as it is stored. It is published from `created_at`, and signs from `active_from` until `retired_at`."""

    id: UUID
    kid: str
    purpose: Purpose
    algorithm: str
    public_pem: str
    private_encrypted: str | None = field(repr=False)
    created_at: datetime
    active_from: datetime
    retired_at: datetime | None

    def verifies(self) -> bool:
        """Whether something that the key signed may still be good. Receipts and the audit log are checked for ever."""
        return self.retired_at is None or self.purpose != "access" or now() < self.retired_at + LAST_TOKEN


@dataclass
class _Known:
    keys: tuple[KeyFacts, ...]
    read_at: datetime


_known: dict[tuple[str, Purpose], _Known] = {}


async def active_key(purpose: Purpose) -> LoadedKey:
    """The key that signs for `purpose`: of those whose time has come, the newest. Raises KeysUnusable.

    Where no key's time has come it is the first: the clock of whoever made it may be ahead of ours.
    """
    for max_age in (REFRESH, timedelta(0)):
        signing = [key for key in await _keys(purpose, max_age) if key.retired_at is None]
        if signing:
            active = [key for key in signing if key.active_from <= now()] or signing[:1]
            return _opened(active[-1], present_name())
    raise KeysUnusable(f"there is no key that signs for {purpose}: run `hanse migrate`")


async def public_keys(purpose: Purpose, *, wanted: str | None = None) -> dict[str, str]:
    """Public PEM by kid, oldest first, of every key that verifies for `purpose`, or will.

    Answered from this process's memory, at most `REFRESH` old. When `wanted` is not among them the database is asked
    again, but at most at every `ANOTHER_LOOK`, so that forged kids cost nothing.
    """
    known = await _keys(purpose, REFRESH)
    if wanted is not None and all(key.kid != wanted for key in known):
        known = await _keys(purpose, ANOTHER_LOOK)
    return {key.kid: key.public_pem for key in known if key.verifies()}


@use_case
async def ensure_keys() -> None:
    """Make a key for each purpose that has none, and check that the stored ones open. Raises KeysUnusable.

    Two processes at once: the second waits, then finds them made.
    """
    await lock_keys()
    for purpose in PURPOSES:
        signing = [key for key in await stored_keys(purpose) if key.retired_at is None]
        for key in signing:
            _opened(key, present_name())
        if not signing:
            await make_key(purpose, active_from=now())


async def lock_keys() -> None:
    """Until the transaction ends, nobody else changes keys."""
    require_transaction("lock_keys")
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.KEYS)


async def stored_keys(purpose: Purpose) -> tuple[KeyFacts, ...]:
    """Those of `purpose` as they stand in the database, in the order in which they sign."""
    found = await rows(
        """SELECT id, kid, purpose, algorithm, public_pem, private_encrypted, created_at, active_from, retired_at
           FROM signing_key WHERE purpose = $1 ORDER BY active_from, id""",
        purpose,
    )
    return tuple(KeyFacts(**one) for one in found)


async def make_key(purpose: Purpose, *, active_from: datetime) -> str:
    """Store a fresh key of the algorithm that is set; returns its kid."""
    require_transaction("make_key")
    algorithm, key_id = algorithm_of(purpose), new_id()
    pair, kid = generate(algorithm), f"{purpose}-{key_id.hex}"
    await run(
        """INSERT INTO signing_key (id, kid, purpose, algorithm, public_pem, private_encrypted, created_at, active_from)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        key_id,
        kid,
        purpose,
        algorithm,
        pair.public_pem,
        sealed_private(kid, pair.private_pem),
        now(),
        active_from,
    )
    after = {"kid": kid, "algorithm": algorithm, "active_from": active_from.isoformat()}
    await record(PLATFORM, "makeSigningKey", subject=("signing_key", key_id), after=after)
    return kid


def algorithm_of(purpose: Purpose) -> str:
    return settings().token_algorithm if purpose == "access" else "ES256"


def sealed_private(kid: str, private_pem: str) -> str:
    """The private half as it is stored."""
    return seal(private_pem.encode(), label=_label(kid))


def opened_private(kid: str, stored: str) -> str:
    """Raises KeysUnusable."""
    return unseal(stored, label=_label(kid)).decode()


async def _keys(purpose: Purpose, max_age: timedelta) -> tuple[KeyFacts, ...]:
    place, at = (settings().database_url, purpose), now()
    known = _known.get(place)
    if known is not None and known.keys and timedelta(0) <= at - known.read_at < max_age:
        return known.keys
    if known is not None:
        known.read_at = at  # whoever asks while the statement runs goes on with the earlier keys
    found = _known[place] = _Known(await stored_keys(purpose), at)
    return found.keys


@lru_cache(maxsize=16)
def _opened(key: KeyFacts, master_key_name: str) -> LoadedKey:  # noqa: ARG001 # another master key may not open it
    assert key.private_encrypted is not None
    return LoadedKey(key.kid, key.algorithm, opened_private(key.kid, key.private_encrypted), key.public_pem)


def _label(kid: str) -> str:
    return f"signing key {kid}"

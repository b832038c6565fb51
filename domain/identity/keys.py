"""The keys that sign for the shop: `access` tokens and payment `receipt`s. Private halves are sealed in the database."""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Literal

from domain.audit.record import record
from domain.identity.key_pairs import generate
from domain.identity.master_key import KeysUnusable, seal, unseal
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

Purpose = Literal["access", "receipt"]
PURPOSES: tuple[Purpose, ...] = ("access", "receipt")

REFRESH_SECONDS = 60.0
UNKNOWN_KID_SECONDS = 5.0


@dataclass(frozen=True)
class LoadedKey:
    """PEM texts: the private half as PKCS #8 (ES256: SEC 1), the public half as SubjectPublicKeyInfo."""

    kid: str
    algorithm: str
    private_pem: str = field(repr=False)
    public_pem: str


@dataclass(frozen=True)
class _Row:
    kid: str
    purpose: str
    algorithm: str
    public_pem: str
    private_encrypted: str = field(repr=False)
    signs: bool


_cached: dict[Purpose, tuple[_Row, ...]] = {}
_read_at: dict[Purpose, float] = {}


async def active_key(purpose: Purpose) -> LoadedKey:
    """The newest key that signs for `purpose` with the algorithm of the settings. Raises KeysUnusable."""
    for max_age in (REFRESH_SECONDS, 0.0):
        usable = [key for key in await _keys(purpose, max_age) if key.signs and key.algorithm == _algorithm(purpose)]
        if usable:
            return _opened(usable[-1], settings().master_key.get_secret_value())
    raise KeysUnusable(f"there is no {_algorithm(purpose)} key that signs {purpose}s: run `hanse migrate`")


async def public_keys(purpose: Purpose, *, wanted: str | None = None) -> dict[str, str]:
    """Public PEM by kid, oldest first, of every key that verifies for `purpose`; retired keys sign no more but verify.

    Answered from this process's memory, at most `REFRESH_SECONDS` old. When `wanted` is not among them the database is
    asked again, but at most every `UNKNOWN_KID_SECONDS`, so that forged kids cost nothing.
    """
    known = await _keys(purpose, REFRESH_SECONDS)
    if wanted is not None and all(key.kid != wanted for key in known):
        known = await _keys(purpose, UNKNOWN_KID_SECONDS)
    return {key.kid: key.public_pem for key in known}


@use_case
async def ensure_keys() -> None:
    """Make the keys that are missing, and check that the stored ones open. Raises KeysUnusable.

    Two processes at once: the second waits, then finds them made.
    """
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.KEYS)
    master_key = settings().master_key.get_secret_value()
    for purpose in PURPOSES:
        signing = [key for key in await _read(purpose) if key.signs]
        for key in signing:
            _opened(key, master_key)
        if not any(key.algorithm == _algorithm(purpose) for key in signing):
            await _make(purpose, _algorithm(purpose), master_key)


async def _make(purpose: Purpose, algorithm: str, master_key: str) -> None:
    pair, key_id = generate(algorithm), new_id()
    kid = f"{purpose}-{key_id.hex}"
    sealed = seal(pair.private_pem.encode(), label=_label(kid), master_key=master_key)
    await run(
        """INSERT INTO signing_key (id, kid, purpose, algorithm, public_pem, private_encrypted, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        key_id,
        kid,
        purpose,
        algorithm,
        pair.public_pem,
        sealed,
        now(),
    )
    await record(
        PLATFORM, "makeSigningKey", subject=("signing_key", key_id), after={"kid": kid, "algorithm": algorithm}
    )


def _algorithm(purpose: Purpose) -> str:
    return settings().token_algorithm if purpose == "access" else "ES256"


async def _keys(purpose: Purpose, max_age: float) -> tuple[_Row, ...]:
    known = _cached.get(purpose, ())
    if not known or monotonic() - _read_at.get(purpose, -math.inf) >= max_age:
        _read_at[purpose] = monotonic()  # whoever asks while the statement runs goes on with the earlier keys
        known = _cached[purpose] = await _read(purpose)
    return known


async def _read(purpose: Purpose) -> tuple[_Row, ...]:
    found = await rows(
        """SELECT kid, purpose, algorithm, public_pem, private_encrypted, retired_at IS NULL AS signs
           FROM signing_key WHERE purpose = $1 ORDER BY created_at, id""",
        purpose,
    )
    return tuple(_Row(**one) for one in found)


@lru_cache(maxsize=16)
def _opened(key: _Row, master_key: str) -> LoadedKey:
    private = unseal(key.private_encrypted, label=_label(key.kid), master_key=master_key).decode()
    return LoadedKey(key.kid, key.algorithm, private, key.public_pem)


def _label(kid: str) -> str:
    return f"signing key {kid}"

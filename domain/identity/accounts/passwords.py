"""Password hashes: argon2id (RFC 9106) in a bounded pool of threads, so that log-ins cannot stop everything else."""

import os
from base64 import b64encode
from functools import lru_cache

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret_raw

from domain.shared.settings import Settings, settings
from domain.shared.threads import Threads

_LEAST_KIB = 8
"""Of each lane (RFC 9106, 3.1)."""


async def hash_password(password: str) -> str:
    """The encoded hash, parameters and salt included. Raises Busy when too many wait already."""
    return await _threads().run(lambda: _hasher(settings()).hash(password))


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether `password` made `stored`. Raises Busy.

    Without a stored hash it takes as long and answers False. So it does with one of weaker parameters than are set now,
    when it answers False; with one of stronger parameters it takes longer.
    """
    matches = await _threads().run(lambda: _matches(password, stored or _dummy(settings())))
    return matches and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with other parameters than are set now."""
    return _hasher(settings()).check_needs_rehash(stored)


def _matches(password: str, stored: str) -> bool:
    try:
        return _hasher(settings()).verify(stored, password)
    except (VerificationError, InvalidHashError):
        _make_up_for(stored)
        return False


def _make_up_for(stored: str) -> None:
    """Do the work that a check against `stored` took less than one with the parameters that are set now.

    As many passes as can be over as much memory as is set: more memory takes longer to get, too.
    """
    chosen = settings()
    lanes, memory = chosen.argon2_threads, chosen.argon2_memory_kib
    missing = int((_cost(_dummy(chosen)) - _cost(stored)) * lanes)
    if missing >= memory:
        hash_secret_raw(b"", os.urandom(16), missing // memory, memory, lanes, 32, Type.ID)
        missing %= memory
    if missing >= _LEAST_KIB * lanes:
        hash_secret_raw(b"", os.urandom(16), 1, missing, lanes, 32, Type.ID)


def _cost(encoded: str) -> float:
    """What a check takes, in KiB that each lane fills: time grows with memory and passes. 0 for what is no hash."""
    try:
        found = extract_parameters(encoded)
    except InvalidHashError:
        return 0
    return found.memory_cost * found.time_cost / found.parallelism


@lru_cache(maxsize=4)
def _hasher(chosen: Settings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=chosen.argon2_time_cost,
        memory_cost=chosen.argon2_memory_kib,
        parallelism=chosen.argon2_threads,
        hash_len=32,
        salt_len=16,
    )


def _dummy(chosen: Settings) -> str:
    """A well-formed hash that no password has: checking against it costs what a real check costs."""
    parameters = f"m={chosen.argon2_memory_kib},t={chosen.argon2_time_cost},p={chosen.argon2_threads}"
    return f"$argon2id$v=19${parameters}${_unpadded(os.urandom(16))}${_unpadded(os.urandom(32))}"


def _unpadded(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _threads() -> Threads:
    return _threads_for(settings().argon2_queue_limit)


@lru_cache(maxsize=4)
def _threads_for(places: int) -> Threads:
    """Half the cores, so that a wave of log-ins leaves the other half to shop; argon2 lets go of the interpreter lock."""
    return Threads("passwords", threads=max(1, min(4, (os.cpu_count() or 1) // 2)), places=places)

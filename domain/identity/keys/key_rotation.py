"""Exchanging the keys that sign, without a moment in which something is signed by a key that a verifier does not know.

A new key is published at once, and signs when everybody who verifies has had time to learn of it. Then the one before is
retired: its private half is destroyed, and its public half goes when the last token that it signed has expired.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.audit.record import record
from domain.identity.keys.jwks import KEPT
from domain.identity.keys.keys import (
    PURPOSES,
    REFRESH,
    KeyFacts,
    Purpose,
    algorithm_of,
    lock_keys,
    make_key,
    stored_keys,
)
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

NOTICE = KEPT + REFRESH + timedelta(minutes=4)
"""From the publishing of a key until it signs: what verifiers keep, what our processes keep, and room for clocks."""
OVERLAP = timedelta(minutes=1)
"""From the moment that a key signs until the one before is retired, since clocks differ."""

Wanted = Callable[[Purpose, Sequence[KeyFacts]], bool]


@dataclass(frozen=True)
class Rotated:
    """The names of the keys that were made and of those that were retired or revoked."""

    made: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


async def rotate_due_keys() -> Rotated:
    """Make keys where the newest has become old or is of another algorithm than is set; retire those whose time is over.

    However many do it at once, or die over it: each key is made once. Costs three statements when there is nothing to do.
    """
    known = [(purpose, await stored_keys(purpose)) for purpose in PURPOSES]
    if any(_is_due(purpose, keys) or _superseded(keys) for purpose, keys in known):
        return await _rotate(_is_due)
    return Rotated()


async def rotate_keys() -> Rotated:
    """Make a key for each purpose now, unless one waits already for its time to sign; retire those whose time is over."""
    return await _rotate(lambda _, keys: not any(key.active_from > now() for key in keys))


@use_case
async def revoke_access_key(kid: str) -> Rotated:
    """A key for access tokens that was stolen verifies nothing any more; a new one is made where no other is left.

    Processes learn of it within `REFRESH`; until then they may also sign by it. Whatever it signed is refused from then
    on. A new key signs at once. Only what is recorded in the audit log is left of the old one. Nothing is done where no key
    for access tokens is called so: those of receipts and of the audit log are needed for ever.
    """
    await lock_keys()
    keys = await stored_keys("access")
    revoked = next((key for key in keys if key.kid == kid), None)
    if revoked is None:
        return Rotated()
    await run("DELETE FROM signing_key WHERE id = $1", revoked.id)
    await record(PLATFORM, "revokeSigningKey", subject=("signing_key", revoked.id), before={"kid": kid})
    is_left = any(key.retired_at is None for key in keys if key != revoked)
    return Rotated(() if is_left else (await make_key("access", active_from=now()),), (kid,))


@use_case
async def _rotate(wanted: Wanted) -> Rotated:
    await lock_keys()
    made, retired = list[str](), list[str]()
    for purpose in PURPOSES:
        keys = await stored_keys(purpose)
        if wanted(purpose, keys):
            made.append(await make_key(purpose, active_from=now() + NOTICE))
        for key in _superseded(keys):
            await _retire(key)
            retired.append(key.kid)
    return Rotated(tuple(made), tuple(retired))


async def _retire(key: KeyFacts) -> None:
    await run(
        "UPDATE signing_key SET retired_at = $2, private_encrypted = NULL WHERE id = $1 AND retired_at IS NULL",
        key.id,
        now(),
    )
    await record(PLATFORM, "retireSigningKey", subject=("signing_key", key.id), after={"kid": key.kid})


def _is_due(purpose: Purpose, keys: Sequence[KeyFacts]) -> bool:
    if not keys:
        return False  # `ensure_keys` makes the first, which signs at once
    newest, age = keys[-1], timedelta(days=settings().key_rotation_days)
    return newest.created_at + age <= now() or newest.algorithm != algorithm_of(purpose)


def _superseded(keys: Sequence[KeyFacts]) -> list[KeyFacts]:
    """Those that sign no more, because a later one does."""
    signing = [place for place, key in enumerate(keys) if key.active_from + OVERLAP <= now()]
    return [key for key in keys[: signing[-1]] if key.retired_at is None] if signing else []

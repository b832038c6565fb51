"""Second factors: whether a log-in showed two, which ones somebody has, and what follows when that changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.identity.events import FactorAdded, FactorRemoved
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.database import rows, run, value
from domain.shared.errors import NotAllowed
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

MFA = "mfa"
"""RFC 8176: more than one factor was shown; the single ones stand beside it."""


@dataclass(frozen=True)
class Factors:
    """`recovery_codes` are those not used yet. They are no factor of their own: they stand in for one that was lost."""

    totp: bool
    passkeys: int
    recovery_codes: int

    @property
    def methods(self) -> tuple[str, ...]:
        """What may be shown after the password; empty for who has no second factor."""
        own = (("totp", self.totp), ("passkey", self.passkeys > 0))
        found = tuple(name for name, there in own if there)
        return (*found, "recovery_code") if found and self.recovery_codes else found


def satisfied(methods: Iterable[str]) -> bool:
    """Whether a log-in by `methods` (names of RFC 8176) showed two factors."""
    return MFA in methods


async def factors_of(user_id: UUID) -> Factors:
    return (await factors_of_many([user_id]))[user_id]


async def factors_of_many(user_ids: Sequence[UUID]) -> dict[UUID, Factors]:
    """Of each of them, in one statement. Who may ask is for the caller to decide."""
    found = await rows(
        """SELECT person.id,
                  EXISTS (SELECT FROM totp WHERE user_id = person.id AND confirmed_at IS NOT NULL) AS totp,
                  (SELECT count(*) FROM passkey WHERE user_id = person.id) AS passkeys,
                  (SELECT count(*) FROM recovery_code WHERE user_id = person.id AND used_at IS NULL) AS recovery_codes
           FROM unnest($1::uuid[]) AS person (id)""",
        user_ids,
    )
    return {one["id"]: Factors(one["totp"], one["passkeys"], one["recovery_codes"]) for one in found}


async def lock_person(user_id: UUID) -> None:
    """Changes of one person's factors follow each other. Raises NotAllowed for guests, who cannot log in again."""
    require_transaction("lock_person")
    is_guest = await value("SELECT is_guest FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE", user_id)
    if is_guest is not False:
        raise NotAllowed(permission="account")


async def note_added(viewer: Viewer, method: str, *, proved: str) -> None:
    """Tell of a new factor. The present session has shown it by this: its next access token says so.

    `proved` is the name by RFC 8176.
    """
    require_transaction("note_added")
    user_id = viewer.signed_in()
    await run(
        """UPDATE session SET methods = (SELECT jsonb_agg(DISTINCT one)
                                         FROM jsonb_array_elements(session.methods || $2::jsonb) AS given (one))
           WHERE id = $1 AND user_id = $3""",
        viewer.session_id,
        orjson.dumps([proved, MFA]).decode(),
        user_id,
    )
    await emit(FactorAdded(subject_id=user_id, sequence=await _next_version(user_id), method=method))


async def note_removed(user_id: UUID, method: str) -> None:
    """Tell that a factor is gone. With the last one go the recovery codes, and no session counts as having shown two."""
    require_transaction("note_removed")
    if not (await factors_of(user_id)).methods:
        await run("DELETE FROM recovery_code WHERE user_id = $1", user_id)
        await run("UPDATE session SET methods = methods - $2 WHERE user_id = $1", user_id, MFA)
        if settings().staff_second_factor:
            await cut_off(user_id)
    await emit(FactorRemoved(subject_id=user_id, sequence=await _next_version(user_id), method=method))


async def _next_version(user_id: UUID) -> int:
    found: int = await value("UPDATE users SET version = version + 1 WHERE id = $1 RETURNING version", user_id)
    return found

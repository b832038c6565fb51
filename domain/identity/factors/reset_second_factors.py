"""Helping somebody who lost their second factor and the recovery codes too."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.identity.access.rights import require_no_more_rights
from domain.identity.errors import NoSecondFactor
from domain.identity.factors.factor_changes import note_removed
from domain.identity.factors.second_factor import factors_of, lock_person
from domain.identity.queries import user
from domain.shared.database import run
from domain.shared.errors import NotAllowed, not_found
from domain.shared.idempotency import replayed
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ResetSecondFactors:
    user_id: UUID
    key: str | None = None


@use_case
async def reset_second_factors(viewer: Viewer, command: ResetSecondFactors) -> None:
    """Take all second factors of another person away and sign their devices out; the password is theirs still.

    Raises NotSignedIn, SecondFactorNeeded, NotAllowed (also for oneself, who has recovery codes and `disable_totp`),
    NotFound, NoSecondFactor, HoldsMoreRights, IdempotencyKeyReused.
    """
    viewer.require(Permission.PEOPLE_WRITE)
    user_id = command.user_id
    if viewer.user_id == user_id:
        raise NotAllowed(permission=Permission.PEOPLE_WRITE)
    if await replayed(viewer, "resetSecondFactors", command, user_id):
        return
    if await user(user_id) is None:
        raise not_found("User", user_id)
    await require_no_more_rights(viewer, user_id)
    await lock_person(user_id)
    factors = await factors_of(user_id)
    if not factors.methods:
        raise NoSecondFactor
    for table in ("totp", "passkey"):
        await run(f"DELETE FROM {table} WHERE user_id = $1", user_id)
    await record(viewer, "resetSecondFactors", subject=("user", user_id), before={"methods": factors.methods})
    await note_removed(viewer, user_id, "all")

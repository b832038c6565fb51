"""Codes to keep on paper, for whoever loses their second factor. Shown once, each good once."""

import secrets
import unicodedata
from uuid import UUID

from domain.audit.record import record
from domain.identity.errors import NoSecondFactor
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.factors.second_factor import factors_of, lock_person
from domain.shared.clock import now
from domain.shared.database import run, run_many
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer

COUNT = 10
LENGTH = 10
"""Ten of 31 characters are 49 bits: nobody guesses them, and their hashes have a secret key."""
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are taken for one another."""


async def renew_recovery_codes(viewer: Viewer, password: str | None = None) -> tuple[str, ...]:
    """New codes; the earlier ones are good no more. Raises NoSecondFactor, and what `require_recent_log_in` raises."""
    await require_recent_log_in(viewer, password)
    return await _renew(viewer)


async def new_recovery_codes(user_id: UUID) -> tuple[str, ...]:
    """Replace the person's codes by new ones, which are told here and never again."""
    require_transaction("new_recovery_codes")
    await run("DELETE FROM recovery_code WHERE user_id = $1", user_id)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    await run_many(
        "INSERT INTO recovery_code (id, user_id, code_hash) VALUES ($1, $2, $3)",
        [(new_id(), user_id, await _hash(user_id, code)) for code in codes],
    )
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


async def use_recovery_code(user_id: UUID, code: str) -> bool:
    """Whether it is one of the person's codes that was not used yet; this uses it up. Two at once: one is right."""
    require_transaction("use_recovery_code")
    used = await run(
        "UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        user_id,
        await _hash(user_id, code),
        now(),
    )
    if used:
        left = (await factors_of(user_id)).recovery_codes
        await record(Viewer(user_id=user_id), "useRecoveryCode", subject=("user", user_id), after={"left": left})
    return used == 1


def checked_recovery_code(code: str) -> str:
    """Its letters and digits, however they were typed. Raises InvalidInput."""
    written = unicodedata.normalize("NFKC", code).lower() if len(code) <= LENGTH * 4 else ""
    known = "".join(one for one in written if one.isalnum())
    if len(known) != LENGTH:
        raise InvalidInput(field="recoveryCode", rule="length", limit=str(LENGTH))
    return known


@use_case
async def _renew(viewer: Viewer) -> tuple[str, ...]:
    user_id = viewer.signed_in()
    await lock_person(user_id)
    if not (await factors_of(user_id)).methods:
        raise NoSecondFactor
    await record(viewer, "renewRecoveryCodes", subject=("user", user_id))
    return await new_recovery_codes(user_id)


async def _hash(user_id: UUID, code: str) -> str:
    return keyed_hash(f"{user_id} {code}", key=await secret_for("recovery codes"))

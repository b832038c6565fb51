"""Time-based one-time codes (RFC 6238): six digits every thirty seconds, each good once."""

import re
import unicodedata
from hmac import compare_digest
from uuid import UUID

import pyotp

from domain.identity.personal import person_key
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput
from domain.shared.transactions import require_transaction

DIGITS = 6
STEP_SECONDS = 30
DRIFT = 1
"""How many steps a clock may be off, either way."""
SEALED_AS = "totp"


def checked_code(code: str) -> str:
    """The digits of a code, whatever blanks stand between them. Raises InvalidInput."""
    known = "".join(unicodedata.normalize("NFKC", code).split()) if len(code) <= DIGITS * 4 else ""
    if not re.fullmatch(f"[0-9]{{{DIGITS}}}", known):
        raise InvalidInput(field="code", rule="digits", limit=str(DIGITS))
    return known


def step_of(code: str, secret: str) -> int | None:
    """The step near this moment to which the code belongs. Every one of them is compared, in constant time."""
    present = int(now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    near = range(present - DRIFT, present + DRIFT + 1)
    found = [step for step in near if compare_digest(generator.generate_otp(step), code)]
    return max(found, default=None)


async def use_totp_code(user_id: UUID, code: str, *, confirmed: bool = True) -> bool:
    """Whether the code is right and newer than every one that was used; this uses it up. Two at once: one is right.

    `confirmed`: whether the person's generator is in use, or still to be confirmed.
    """
    require_transaction("use_totp_code")
    found = await row(
        "SELECT secret_sealed FROM totp WHERE user_id = $1 AND (confirmed_at IS NOT NULL) = $2", user_id, confirmed
    )
    key = await person_key(user_id)
    secret = key.open(found["secret_sealed"], SEALED_AS) if key and found else None
    step = None if secret is None else step_of(code, secret)
    if step is None:
        return False
    return bool(await run("UPDATE totp SET last_step = $2 WHERE user_id = $1 AND last_step < $2", user_id, step))

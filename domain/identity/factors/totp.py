"""Switching codes of an authenticator app on and off."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import pyotp

from domain.audit.record import record
from domain.identity.errors import NoSecondFactor, TotpAlreadyOn, WrongCode
from domain.identity.factors.factor_changes import note_added, note_removed
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.factors.recovery_codes import new_recovery_codes
from domain.identity.factors.second_factor import factors_of, lock_person
from domain.identity.factors.totp_codes import DIGITS, SEALED_AS, STEP_SECONDS, checked_code, use_totp_code
from domain.identity.personal import person_key
from domain.identity.queries import user
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

ENROLMENT_LIFETIME: Final = timedelta(minutes=15)
MOST_FAILURES: Final = 5
"""Wrong codes after which an enrolment is forgotten."""


@dataclass(frozen=True)
class TotpEnrolment:
    """`uri` is what an authenticator app reads from a QR code (otpauth). Neither is ever told again."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def enrol_totp(viewer: Viewer, password: str | None = None) -> TotpEnrolment:
    """A secret for the app; it counts from `confirm_totp` on, which is to come within `ENROLMENT_LIFETIME`.

    Again before that: a new secret instead.

    Raises TotpAlreadyOn, and what `require_recent_log_in` raises.
    """
    await require_recent_log_in(viewer, password)
    return await _enrol(viewer)


async def confirm_totp(viewer: Viewer, code: str) -> tuple[str, ...]:
    """Switch the codes on by the first one. With a person's first factor come recovery codes, and their other devices are
    signed out; else there are no new codes.

    Raises InvalidInput, NoSecondFactor (nothing to confirm), WrongCode, NotSignedIn, NotAllowed. After `MOST_FAILURES`
    wrong codes the enrolment is forgotten.
    """
    codes = await _confirm(viewer, checked_code(code))
    if codes is None:
        raise WrongCode(field="code")
    return codes


async def disable_totp(viewer: Viewer, password: str | None = None) -> None:
    """Every other device is signed out. Raises NoSecondFactor, and what `require_recent_log_in` raises."""
    await require_recent_log_in(viewer, password)
    await _disable(viewer)


@use_case
async def _enrol(viewer: Viewer) -> TotpEnrolment:
    user_id = viewer.signed_in()
    await lock_person(user_id)
    if (await factors_of(user_id)).totp:
        raise TotpAlreadyOn
    owner, key = await user(user_id), await person_key(user_id)
    assert owner is not None
    assert key is not None
    secret = pyotp.random_base32()
    await run(
        """INSERT INTO totp (id, user_id, secret_sealed, last_step, failures, created_at) VALUES ($1, $2, $3, 0, 0, $4)
           ON CONFLICT (user_id) DO UPDATE
             SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at, failures = 0""",
        new_id(),
        user_id,
        key.seal(secret, SEALED_AS),
        now(),
    )
    await record(viewer, "enrolTotp", subject=("user", user_id))
    return TotpEnrolment(secret, _uri(secret, owner.email or str(user_id)))


@use_case
async def _confirm(viewer: Viewer, code: str) -> tuple[str, ...] | None:
    """None, not an exception, is a wrong code: that it was tried must be committed."""
    user_id = viewer.signed_in()
    await lock_person(user_id)
    found: UUID | None = await value(
        "SELECT id FROM totp WHERE user_id = $1 AND confirmed_at IS NULL AND created_at > $2",
        user_id,
        now() - ENROLMENT_LIFETIME,
    )
    if found is None:
        raise NoSecondFactor
    if not await use_totp_code(user_id, code, confirmed=False):
        await _count_failure(viewer, found)
        return None
    is_first = not (await factors_of(user_id)).methods
    await run("UPDATE totp SET confirmed_at = $2 WHERE id = $1", found, now())
    await record(viewer, "confirmTotp", subject=("user", user_id))
    await note_added(viewer, "totp", proved="otp", is_first=is_first)
    return await new_recovery_codes(user_id) if is_first else ()


async def _count_failure(viewer: Viewer, totp_id: UUID) -> None:
    failures: int = await value("UPDATE totp SET failures = failures + 1 WHERE id = $1 RETURNING failures", totp_id)
    if failures >= MOST_FAILURES:
        await run("DELETE FROM totp WHERE id = $1", totp_id)
        await record(viewer, "discardTotp", subject=("user", viewer.signed_in()), after={"failures": failures})


@use_case
async def _disable(viewer: Viewer) -> None:
    user_id = viewer.signed_in()
    await lock_person(user_id)
    if not await run("DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL", user_id):
        raise NoSecondFactor
    await record(viewer, "disableTotp", subject=("user", user_id))
    await note_removed(viewer, user_id, "totp")


def _uri(secret: str, name: str) -> str:
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS, name=name, issuer=settings().token_issuer)
    return generator.provisioning_uri()

"""Asking an authenticator: to make a passkey, or to show one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.identity.errors import LogInAttemptEnded, TooManyPasskeys
from domain.identity.factors.passkey_challenges import LIFETIME, Challenge, new_challenge
from domain.identity.factors.passkey_site import MOST_PASSKEYS
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.factors.second_factor import lock_person
from domain.identity.queries import user
from domain.identity.sessions.log_in_attempts import claim_attempt
from domain.identity.sessions.throttle import throttle
from domain.shared.database import rows
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_MILLISECONDS = int(LIFETIME.total_seconds() * 1000)


@dataclass(frozen=True)
class PasskeyOptions:
    """`options` is JSON for the browser: `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    challenge_id: UUID
    options: str
    expires_at: datetime


async def begin_passkey_registration(viewer: Viewer, password: str | None = None) -> PasskeyOptions:
    """What makes a passkey. Raises TooManyPasskeys, and what `require_recent_log_in` raises."""
    await require_recent_log_in(viewer, password)
    return await _registration(viewer)


async def begin_passkey_log_in(attempt: str | None = None) -> PasskeyOptions:
    """What shows a passkey. Raises TooManyAttempts.

    Without an attempt it names nobody's passkeys: the authenticator offers those that it holds for this site. With the
    attempt that a password began it names that person's. Raises LogInAttemptEnded when that cannot go on.
    """
    await throttle("passkey")
    return await (_alone() if attempt is None else _after_password(attempt))


@use_case
async def _registration(viewer: Viewer) -> PasskeyOptions:
    user_id = viewer.signed_in()
    await lock_person(user_id)
    owner, earlier = await user(user_id), await _passkeys_of(user_id)
    assert owner is not None
    if len(earlier) >= MOST_PASSKEYS:
        raise TooManyPasskeys(most=MOST_PASSKEYS)
    challenge = await new_challenge("register", user_id)
    name = owner.email or str(user_id)
    options = generate_registration_options(
        rp_id=settings().passkey_rp_id,
        rp_name=settings().token_issuer,
        user_id=user_id.bytes,
        user_name=name,
        user_display_name=owner.name or name,
        challenge=challenge.raw,
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=earlier,
    )
    return PasskeyOptions(challenge.id, options_to_json(options), challenge.expires_at)


@use_case
async def _alone() -> PasskeyOptions:
    return _request(await new_challenge("log_in"), [], UserVerificationRequirement.REQUIRED)


@use_case
async def _after_password(attempt: str) -> PasskeyOptions:
    claimed = await claim_attempt(attempt)
    if claimed is None:
        raise LogInAttemptEnded
    known = await _passkeys_of(claimed.user_id)
    challenge = await new_challenge("second", claimed.user_id)
    return _request(challenge, known, UserVerificationRequirement.DISCOURAGED)


def _request(
    challenge: Challenge, known: list[PublicKeyCredentialDescriptor], verification: UserVerificationRequirement
) -> PasskeyOptions:
    options = generate_authentication_options(
        rp_id=settings().passkey_rp_id,
        challenge=challenge.raw,
        timeout=_MILLISECONDS,
        allow_credentials=known,
        user_verification=verification,
    )
    return PasskeyOptions(challenge.id, options_to_json(options), challenge.expires_at)


async def _passkeys_of(user_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    found = await rows("SELECT credential_id FROM passkey WHERE user_id = $1 ORDER BY created_at, id", user_id)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one["credential_id"])) for one in found]

"""Keeping the public half of a passkey that an authenticator made (WebAuthn Level 3, 7.1)."""

from dataclasses import dataclass, field
from uuid import UUID

from webauthn import verify_registration_response
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from domain.audit.record import record
from domain.identity.errors import PasskeyRefused, TooManyPasskeys
from domain.identity.factors.factor_changes import note_added
from domain.identity.factors.passkey_challenges import use_challenge
from domain.identity.factors.passkey_site import (
    LABEL_SEALED_AS,
    MOST_PASSKEYS,
    UNREADABLE,
    checked_json,
    is_framed,
    origins,
)
from domain.identity.factors.recovery_codes import new_recovery_codes
from domain.identity.factors.second_factor import factors_of, lock_person
from domain.identity.personal import person_key
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.printable import printable_line
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_LONGEST_LABEL = 60
_MOST_ID_BYTES = 1023
_MOST_KEY_BYTES = 600
"""An RSA key of 4096 bits. Longer ones would make every log-in slow."""
_FORMATS = {"none", "packed"}
"""No attestation is asked for; some authenticators sign with the new key itself all the same."""


@dataclass(frozen=True)
class NewPasskey:
    """`response` is the JSON of the browser's PublicKeyCredential (`toJSON()`)."""

    challenge_id: UUID
    response: str = field(repr=False)
    label: str = field(repr=False)


@dataclass(frozen=True)
class RegisteredPasskey:
    """`recovery_codes` come with a person's first factor and are shown once."""

    id: UUID
    recovery_codes: tuple[str, ...] = field(repr=False)


async def finish_passkey_registration(viewer: Viewer, command: NewPasskey) -> RegisteredPasskey:
    """Keep the passkey. The challenge is used up, also by an answer that is refused. Somebody's first factor signs their
    other devices out.

    Raises InvalidInput, PasskeyRefused, TooManyPasskeys, NotSignedIn, NotAllowed.
    """
    viewer.signed_in()
    checked = NewPasskey(
        challenge_id=command.challenge_id,
        response=checked_json(command.response),
        label=printable_line(command.label, field="label", longest=_LONGEST_LABEL),
    )
    made = await _finish(viewer, checked)
    if made is None:
        raise PasskeyRefused(field="response")
    return made


@use_case
async def _finish(viewer: Viewer, command: NewPasskey) -> RegisteredPasskey | None:
    """None, not an exception, is the refusal: that the challenge is used up must be committed."""
    user_id = viewer.signed_in()
    await lock_person(user_id)
    challenge = await use_challenge(command.challenge_id, "register", user_id)
    verified = None if challenge is None else _verified(command.response, challenge)
    if verified is None:
        return None
    factors, key = await factors_of(user_id), await person_key(user_id)
    if factors.passkeys >= MOST_PASSKEYS:
        raise TooManyPasskeys(most=MOST_PASSKEYS)
    assert key is not None
    made = new_id()
    if not await _stored(made, user_id, verified, key.seal(command.label, LABEL_SEALED_AS)):
        return None
    await record(viewer, "registerPasskey", subject=("passkey", made), after={"userId": user_id})
    await note_added(viewer, "passkey", proved="hwk", is_first=not factors.methods)
    return RegisteredPasskey(made, () if factors.methods else await new_recovery_codes(user_id))


def _verified(response: str, challenge: bytes) -> VerifiedRegistration | None:
    try:
        credential = parse_registration_credential_json(response)
        if is_framed(credential.response.client_data_json):
            return None
        if parse_attestation_object(credential.response.attestation_object).fmt not in _FORMATS:
            return None
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=settings().passkey_rp_id,
            expected_origin=origins(),
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
    except UNREADABLE:
        return None
    return verified if verified.credential_id == credential.raw_id and _is_small(verified) else None


def _is_small(verified: VerifiedRegistration) -> bool:
    return len(verified.credential_id) <= _MOST_ID_BYTES and len(verified.credential_public_key) <= _MOST_KEY_BYTES


async def _stored(passkey_id: UUID, user_id: UUID, verified: VerifiedRegistration, label_sealed: str) -> bool:
    """False when the passkey is registered already, whosoever it is."""
    return bool(
        await run(
            """INSERT INTO passkey (id, user_id, credential_id, public_key, sign_count, label_sealed, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_id) DO NOTHING""",
            passkey_id,
            user_id,
            bytes_to_base64url(verified.credential_id),
            verified.credential_public_key,
            verified.sign_count,
            label_sealed,
            now(),
        )
    )

"""Whether an authenticator holds a registered passkey: its answer to a challenge (WebAuthn Level 3, 7.2)."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from webauthn import verify_authentication_response
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import AuthenticationCredential

from domain.audit.record import record
from domain.identity.factors.passkey_challenges import use_challenge
from domain.identity.factors.passkey_site import UNREADABLE, checked_json, is_framed, origins
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class PasskeyResponse:
    """`response` is the JSON of the browser's PublicKeyCredential (`toJSON()`)."""

    challenge_id: UUID
    response: str = field(repr=False)


class _Known(NamedTuple):
    id: UUID
    user_id: UUID
    public_key: bytes
    sign_count: int


def checked_response(given: PasskeyResponse) -> PasskeyResponse:
    """Raises InvalidInput for what is too long to be an authenticator's answer."""
    return PasskeyResponse(given.challenge_id, checked_json(given.response))


async def shown_passkey(given: PasskeyResponse, *, user_id: UUID | None = None) -> UUID | None:
    """Whose passkey answered, None when the answer is not good. The challenge is used up either way: commit.

    With `user_id` it must be this person's, after a password. Without, the passkey alone tells who it is, and so the
    authenticator must have checked its owner (user verification): then it counts as two factors.
    """
    require_transaction("shown_passkey")
    challenge = await use_challenge(given.challenge_id, "log_in" if user_id is None else "second", user_id)
    credential = _read(given.response)
    if challenge is None or credential is None:
        return None
    known = await _known(credential)
    if known is None or user_id not in {None, known.user_id} or not _names(credential, known, required=user_id is None):
        return None
    count = _verified_count(credential, challenge, known, alone=user_id is None)
    if count is None or not await _counts_on(known, count):
        return None
    await run("UPDATE passkey SET sign_count = $2, last_used_at = $3 WHERE id = $1", known.id, count, now())
    return known.user_id


def _read(response: str) -> AuthenticationCredential | None:
    try:
        credential = parse_authentication_credential_json(response)
        return None if is_framed(credential.response.client_data_json) else credential
    except UNREADABLE:
        return None


async def _known(credential: AuthenticationCredential) -> _Known | None:
    """Locked, so that two answers of one passkey follow each other."""
    found = await row(
        "SELECT id, user_id, public_key, sign_count FROM passkey WHERE credential_id = $1 FOR UPDATE",
        bytes_to_base64url(credential.raw_id),
    )
    return _Known(**found) if found else None


def _names(credential: AuthenticationCredential, known: _Known, *, required: bool) -> bool:
    """Whether the user handle, which discoverable passkeys bring along, is their owner's."""
    handle = credential.response.user_handle
    return handle == known.user_id.bytes if handle else not required


def _verified_count(
    credential: AuthenticationCredential, challenge: bytes, known: _Known, *, alone: bool
) -> int | None:
    """The signature count of a good answer. The library is told to compare it with 0: `_counts_on` is what judges it."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=settings().passkey_rp_id,
            expected_origin=origins(),
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=alone,
        )
    except UNREADABLE:
        return None
    return verified.new_sign_count


async def _counts_on(known: _Known, count: int) -> bool:
    """False when the authenticator counted less far than it had before: then there are two of it.

    Authenticators that do not count answer 0 always.
    """
    if count > known.sign_count or count == known.sign_count == 0:
        return True
    await record(
        Viewer(),
        "refuseCopiedPasskey",
        subject=("passkey", known.id),
        before={"signCount": known.sign_count},
        after={"signCount": count},
    )
    return False

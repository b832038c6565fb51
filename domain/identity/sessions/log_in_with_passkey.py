"""Signing a device in by a passkey alone."""

from domain.identity.errors import PasskeyRefused
from domain.identity.factors.passkey_assertions import PasskeyResponse, checked_response, shown_passkey
from domain.identity.factors.second_factor import MFA
from domain.identity.queries import user
from domain.identity.sessions.sessions import Tokens, open_session
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.transactions import use_case


async def log_in_with_passkey(command: PasskeyResponse) -> Tokens:
    """Open a session; the passkey and its authenticator's check of the owner count as two factors.

    Raises InvalidInput, PasskeyRefused or TooManyAttempts. The challenge is used up, also by an answer that is refused.
    """
    checked = checked_response(command)
    await throttle("second_factor")
    tokens = await _log_in(checked)
    if tokens is None:
        raise PasskeyRefused(field="response")
    await forgive("second_factor")
    return tokens


@use_case
async def _log_in(command: PasskeyResponse) -> Tokens | None:
    """None, not an exception, is the refusal: that the challenge is used up must be committed."""
    owner_id = await shown_passkey(command)
    owner = None if owner_id is None else await user(owner_id)
    if owner is None or owner.is_suspended or owner.is_erased:
        return None
    return await open_session(owner, ("hwk", MFA))

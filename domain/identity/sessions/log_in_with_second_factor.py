"""The second step of signing a device in: what goes on after `SecondFactorRequired`."""

from dataclasses import dataclass, field

from domain.identity.errors import LogInAttemptEnded, PasskeyRefused, WrongCode
from domain.identity.factors.passkey_assertions import PasskeyResponse, checked_response, shown_passkey
from domain.identity.factors.recovery_codes import checked_recovery_code, use_recovery_code
from domain.identity.factors.second_factor import MFA
from domain.identity.factors.totp_codes import checked_code, use_totp_code
from domain.identity.queries import user
from domain.identity.sessions.log_in_attempts import (
    Attempt,
    claim_attempt,
    count_failure,
    end_attempt,
    require_code_may_be_tried,
)
from domain.identity.sessions.sessions import Tokens, open_session
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.transactions import use_case


@dataclass(frozen=True)
class SecondFactor:
    """Exactly one of `code` (of the authenticator app), `recovery_code` and `passkey`."""

    attempt: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)
    passkey: PasskeyResponse | None = None


async def log_in_with_second_factor(command: SecondFactor) -> Tokens:
    """Open the session that the password began. Raises InvalidInput, LogInAttemptEnded, WrongCode, PasskeyRefused or
    TooManyAttempts.

    After five wrong tries the attempt is over. After five wrong codes of six digits within an hour none is looked at,
    whatever the attempt; recovery codes and passkeys, which nobody guesses, still are.
    """
    checked = _checked(command)
    await throttle("second_factor")
    outcome = await _log_in(checked)
    if isinstance(outcome, DomainError):
        raise outcome
    await forgive("second_factor")
    return outcome


def _checked(command: SecondFactor) -> SecondFactor:
    given = [one for one in (command.code, command.recovery_code, command.passkey) if one is not None]
    if len(given) != 1:
        raise InvalidInput(field="code", rule="either", limit="code, recoveryCode, passkey")
    return SecondFactor(
        attempt=command.attempt,
        code=None if command.code is None else checked_code(command.code),
        recovery_code=None if command.recovery_code is None else checked_recovery_code(command.recovery_code),
        passkey=None if command.passkey is None else checked_response(command.passkey),
    )


@use_case
async def _log_in(command: SecondFactor) -> Tokens | DomainError:
    """A refusal is returned and not raised: that it failed must be committed."""
    attempt = await claim_attempt(command.attempt)
    owner = None if attempt is None else await user(attempt.user_id)
    if attempt is None or owner is None:
        return LogInAttemptEnded()
    shown = await _shown(attempt, command)
    if isinstance(shown, DomainError):
        await count_failure(attempt, of_code=command.code is not None)
        return shown
    await end_attempt(attempt)
    return await open_session(owner, ("pwd", shown, MFA))


async def _shown(attempt: Attempt, command: SecondFactor) -> str | DomainError:
    """The name by RFC 8176 of the factor that was shown, or the refusal."""
    if command.code is not None:
        await require_code_may_be_tried(attempt)
        return "otp" if await use_totp_code(attempt.user_id, command.code) else WrongCode(field="code")
    if command.recovery_code is not None:
        used = await use_recovery_code(attempt.user_id, command.recovery_code)
        return "otp" if used else WrongCode(field="recoveryCode")
    assert command.passkey is not None
    owner_id = await shown_passkey(command.passkey, user_id=attempt.user_id)
    return "hwk" if owner_id is not None else PasskeyRefused(field="response")

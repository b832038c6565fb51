"""Setting up second factors, and signing in with a passkey."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.identity import KEEP_IN, KeepIn, PasskeyResponseInput, Tokens
from api.schema.second_factors import SecondFactors
from domain.identity.errors import (
    HoldsMoreRights,
    LogInAttemptEnded,
    NoSecondFactor,
    PasskeyRefused,
    RecentLogInNeeded,
    TooManyAttempts,
    TooManyPasskeys,
    TotpAlreadyOn,
    WrongCode,
    WrongCredentials,
)
from domain.identity.factors.begin_passkey import PasskeyOptions
from domain.shared.errors import Busy, SecondFactorNeeded

_PASSWORD = "Needed when the log-in is more than 15 minutes ago."
_SHOWN_ONCE = "Shown once: keep them where the phone is not."


@strawberry.type(directives=[Access(requires=PARENT)], description="Shown once.")
class TotpEnrolment:
    secret: str = strawberry.field(description="Base32, for who types it into the app.")
    uri: str = strawberry.field(description="otpauth, for a QR code that the app reads.")


@strawberry.type(directives=[Access(requires=PARENT)])
class FactorAdded:
    second_factors: SecondFactors
    recovery_codes: list[str] = strawberry.field(description=f"Come with the first factor only. {_SHOWN_ONCE}")


@strawberry.type(directives=[Access(requires=PARENT)])
class RecoveryCodes:
    recovery_codes: list[str] = strawberry.field(description=_SHOWN_ONCE)


@strawberry.type(directives=[Access(requires=PARENT)], description="What the browser has to ask an authenticator.")
class PasskeyChallenge:
    challenge_id: strawberry.ID
    options: str = strawberry.field(
        description="JSON for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."
    )
    expires_at: datetime


@strawberry.input
class ProofInput:
    password: str | None = strawberry.field(default=None, description=_PASSWORD)


@strawberry.input
class ConfirmTotpInput:
    code: str = strawberry.field(description="The six digits that the app shows.")


@strawberry.input
class FinishPasskeyRegistrationInput(PasskeyResponseInput):
    label: str = strawberry.field(description="What the person calls it; 1 to 60 characters.")


@strawberry.input
class RemovePasskeyInput:
    id: strawberry.ID
    password: str | None = strawberry.field(default=None, description=_PASSWORD)


@strawberry.input
class BeginPasskeyLogInInput:
    attempt: str | None = strawberry.field(
        default=None, description="Of logIn, to show a passkey after the password. Without it the passkey is all."
    )


@strawberry.input
class LogInWithPasskeyInput(PasskeyResponseInput):
    keep_in: KeepIn = strawberry.field(default=KeepIn.BODY, description=KEEP_IN)


@strawberry.input
class ResetSecondFactorsInput:
    user_id: strawberry.ID
    idempotency_key: str | None = None


_PROOF = (RecentLogInNeeded, SecondFactorNeeded, WrongCredentials, TooManyAttempts, Busy)

EnrolTotpResult = result("EnrolTotpResult", TotpEnrolment, TotpAlreadyOn, *_PROOF, given_ids=False)
ConfirmTotpResult = result("ConfirmTotpResult", FactorAdded, WrongCode, NoSecondFactor, given_ids=False)
DisableTotpResult = result("DisableTotpResult", SecondFactors, NoSecondFactor, *_PROOF, given_ids=False)
RenewRecoveryCodesResult = result("RenewRecoveryCodesResult", RecoveryCodes, NoSecondFactor, *_PROOF, given_ids=False)
BeginPasskeyRegistrationResult = result(
    "BeginPasskeyRegistrationResult", PasskeyChallenge, TooManyPasskeys, *_PROOF, given_ids=False
)
FinishPasskeyRegistrationResult = result(
    "FinishPasskeyRegistrationResult", FactorAdded, PasskeyRefused, TooManyPasskeys
)
RemovePasskeyResult = result("RemovePasskeyResult", SecondFactors, *_PROOF)
BeginPasskeyLogInResult = result(
    "BeginPasskeyLogInResult", PasskeyChallenge, LogInAttemptEnded, TooManyAttempts, given_ids=False
)
LogInWithPasskeyResult = result("LogInWithPasskeyResult", Tokens, PasskeyRefused, TooManyAttempts)
ResetSecondFactorsResult = result("ResetSecondFactorsResult", SecondFactors, NoSecondFactor, HoldsMoreRights)


def show_options(found: PasskeyOptions) -> PasskeyChallenge:
    return PasskeyChallenge(
        challenge_id=strawberry.ID(encode("PasskeyChallenge", found.challenge_id)),
        options=found.options,
        expires_at=found.expires_at,
    )

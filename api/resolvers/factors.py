"""Setting up second factors, and signing in with a passkey."""

import strawberry

from api.access import PERSON, PUBLIC, mutation
from api.context import Info
from api.ids import decode
from api.schema.factors import (
    BeginPasskeyLogInInput,
    BeginPasskeyLogInResult,
    BeginPasskeyRegistrationResult,
    ConfirmTotpInput,
    ConfirmTotpResult,
    DisableTotpResult,
    EnrolTotpResult,
    FactorAdded,
    FinishPasskeyRegistrationInput,
    FinishPasskeyRegistrationResult,
    LogInWithPasskeyInput,
    LogInWithPasskeyResult,
    PasskeyChallenge,
    ProofInput,
    RecoveryCodes,
    RemovePasskeyInput,
    RemovePasskeyResult,
    RenewRecoveryCodesResult,
    ResetSecondFactorsInput,
    ResetSecondFactorsResult,
    TotpEnrolment,
    show_options,
)
from api.schema.identity import Tokens, require_keeping, show_tokens
from api.schema.second_factors import SecondFactors
from domain.identity.factors.begin_passkey import begin_passkey_log_in, begin_passkey_registration
from domain.identity.factors.passkey_assertions import PasskeyResponse
from domain.identity.factors.passkeys import remove_passkey
from domain.identity.factors.recovery_codes import renew_recovery_codes
from domain.identity.factors.register_passkey import NewPasskey, finish_passkey_registration
from domain.identity.factors.reset_second_factors import ResetSecondFactors, reset_second_factors
from domain.identity.factors.totp import confirm_totp, disable_totp, enrol_totp
from domain.identity.sessions.log_in_with_passkey import log_in_with_passkey

_ONCE = "A document may check one credential, once."


@strawberry.type
class FactorsMutation:
    @mutation(
        PERSON,
        result=EnrolTotpResult,
        description=f"A secret for an authenticator app. Its codes count from confirmTotp on. {_ONCE}",
    )
    async def enrol_totp(self, info: Info, input: ProofInput) -> TotpEnrolment:
        made = await enrol_totp(info.context.viewer, input.password)
        return TotpEnrolment(secret=made.secret, uri=made.uri)

    @mutation(PERSON, result=ConfirmTotpResult, description=f"Switch codes of an authenticator app on. {_ONCE}")
    async def confirm_totp(self, info: Info, input: ConfirmTotpInput) -> FactorAdded:
        codes = await confirm_totp(info.context.viewer, input.code)
        return FactorAdded(second_factors=_own(info), recovery_codes=list(codes))

    @mutation(PERSON, result=DisableTotpResult, description=f"Switch codes of an authenticator app off. {_ONCE}")
    async def disable_totp(self, info: Info, input: ProofInput) -> SecondFactors:
        await disable_totp(info.context.viewer, input.password)
        return _own(info)

    @mutation(
        PERSON,
        result=RenewRecoveryCodesResult,
        description=f"Ten new recovery codes; the earlier ones are good no more. {_ONCE}",
    )
    async def renew_recovery_codes(self, info: Info, input: ProofInput) -> RecoveryCodes:
        return RecoveryCodes(recovery_codes=list(await renew_recovery_codes(info.context.viewer, input.password)))

    @mutation(
        PERSON, result=BeginPasskeyRegistrationResult, description=f"What makes an authenticator a passkey. {_ONCE}"
    )
    async def begin_passkey_registration(self, info: Info, input: ProofInput) -> PasskeyChallenge:
        return show_options(await begin_passkey_registration(info.context.viewer, input.password))

    @mutation(
        PERSON,
        result=FinishPasskeyRegistrationResult,
        description="Keep the passkey that was made. From now on it is asked for after the password, or logs in alone. "
        f"{_ONCE}",
    )
    async def finish_passkey_registration(self, info: Info, input: FinishPasskeyRegistrationInput) -> FactorAdded:
        challenge_id = decode("PasskeyChallenge", input.challenge_id, field="challengeId")
        command = NewPasskey(challenge_id, input.response, input.label)
        made = await finish_passkey_registration(info.context.viewer, command)
        return FactorAdded(second_factors=_own(info), recovery_codes=list(made.recovery_codes))

    @mutation(PERSON, result=RemovePasskeyResult, description=f"Forget one of one's own passkeys. {_ONCE}")
    async def remove_passkey(self, info: Info, input: RemovePasskeyInput) -> SecondFactors:
        await remove_passkey(info.context.viewer, decode("Passkey", input.id, field="id"), input.password)
        return _own(info)

    @mutation(
        PUBLIC,
        result=BeginPasskeyLogInResult,
        description=f"What asks an authenticator for a passkey. It tells nothing of who has one. {_ONCE}",
    )
    async def begin_passkey_log_in(self, input: BeginPasskeyLogInInput) -> PasskeyChallenge:
        return show_options(await begin_passkey_log_in(input.attempt))

    @mutation(
        PUBLIC,
        result=LogInWithPasskeyResult,
        description=f"Sign this device in by a passkey alone, which counts as two factors. {_ONCE}",
    )
    async def log_in_with_passkey(self, info: Info, input: LogInWithPasskeyInput) -> Tokens:
        require_keeping(info, input.keep_in)
        challenge_id = decode("PasskeyChallenge", input.challenge_id, field="challengeId")
        tokens = await log_in_with_passkey(PasskeyResponse(challenge_id, input.response))
        return show_tokens(info, tokens, input.keep_in)

    @mutation(
        "people.write",
        result=ResetSecondFactorsResult,
        description="Take all second factors of somebody else away, who lost them and the recovery codes too, and sign "
        "their devices out.",
    )
    async def reset_second_factors(self, info: Info, input: ResetSecondFactorsInput) -> SecondFactors:
        user_id = decode("User", input.user_id, field="userId")
        await reset_second_factors(info.context.viewer, ResetSecondFactors(user_id, input.idempotency_key))
        return SecondFactors(user_id=user_id)


def _own(info: Info) -> SecondFactors:
    return SecondFactors(user_id=info.context.viewer.signed_in())

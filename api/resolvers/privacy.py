"""Consent, the copy of one's data, and erasure."""

from uuid import UUID

import strawberry

from api.access import PERSON, PUBLIC, field, mutation
from api.context import Info
from api.ids import decode
from api.schema.privacy import (
    Consent,
    ConsentText,
    GiveConsentInput,
    GiveConsentResult,
    PrivacyRequest,
    RequestErasureInput,
    RequestErasureResult,
    RequestPersonalDataInput,
    RequestPersonalDataResult,
    WithdrawConsentInput,
    WithdrawConsentResult,
    show_consent,
    show_request,
    show_text,
)
from domain.identity.privacy.consent import GiveConsent, WithdrawConsent, consent, give_consent, withdraw_consent
from domain.identity.privacy.consent_texts import texts_in_force
from domain.identity.privacy.privacy_requests import privacy_request
from domain.identity.privacy.request_erasure import RequestErasure, request_erasure
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.orders.under_way import require_none_under_way
from domain.shared.errors import not_found


@strawberry.type
class PrivacyQuery:
    @field(PUBLIC, description="What can be agreed to, in the versions now in force.")
    def consent_texts(self, info: Info, language: str | None = None) -> list[ConsentText]:
        return [show_text(one) for one in texts_in_force(language or info.context.language)]

    @field(PERSON, description="One's own; for who has privacy.write anybody's.")
    async def privacy_request(self, info: Info, id: strawberry.ID) -> PrivacyRequest | None:
        found = await privacy_request(info.context.viewer, decode("PrivacyRequest", id, field="id"))
        return None if found is None else show_request(found)


@strawberry.type
class PrivacyMutation:
    @mutation(PERSON, result=GiveConsentResult, description="Agree to a text that `consentTexts` shows.")
    async def give_consent(self, info: Info, input: GiveConsentInput) -> Consent:
        language = input.language or info.context.language
        command = GiveConsent(input.purpose, input.text_version, language, input.idempotency_key)
        return await _said(await give_consent(info.context.viewer, command))

    @mutation(
        PERSON, result=WithdrawConsentResult, description="Takes effect at once; what was done before stays lawful."
    )
    async def withdraw_consent(self, info: Info, input: WithdrawConsentInput) -> Consent:
        command = WithdrawConsent(input.purpose, input.idempotency_key)
        return await _said(await withdraw_consent(info.context.viewer, command))

    @mutation(
        PERSON,
        result=RequestPersonalDataResult,
        description="A worker makes a file with all that is known; ask for `me { privacyRequests }` again.",
    )
    async def request_personal_data(self, info: Info, input: RequestPersonalDataInput) -> PrivacyRequest:
        command = RequestPersonalData(_person(input.person_id), input.password, input.idempotency_key)
        return await _requested(info, await request_personal_data(info.context.viewer, command))

    @mutation(
        PERSON,
        result=RequestErasureResult,
        description="A worker makes the shop forget the person, for good; orders stay in the books without them.",
    )
    async def request_erasure(self, info: Info, input: RequestErasureInput) -> PrivacyRequest:
        command = RequestErasure(_person(input.person_id), input.password, input.idempotency_key)
        return await _requested(info, await request_erasure(info.context.viewer, command, [require_none_under_way]))


def _person(id: strawberry.ID | None) -> UUID | None:
    return None if id is None else decode("User", id, field="personId")


async def _said(consent_id: UUID) -> Consent:
    found = await consent(consent_id)
    if found is None:
        raise not_found("Consent", consent_id)
    return show_consent(found)


async def _requested(info: Info, request_id: UUID) -> PrivacyRequest:
    found = await privacy_request(info.context.viewer, request_id)
    if found is None:
        raise not_found("PrivacyRequest", request_id)
    return show_request(found)

"""What people agreed to, the copy of what is known of them, and being forgotten."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from domain.identity.errors import (
    ConsentNeeded,
    ConsentNotGiven,
    ConsentTextOutdated,
    ConsentTextUnknown,
    HoldsMoreRights,
    LastAdministrator,
    RecentLogInNeeded,
    SessionEnded,
    TooManyAttempts,
    WrongCredentials,
)
from domain.identity.privacy.consent import ConsentFacts
from domain.identity.privacy.consent_texts import ConsentText as Worded
from domain.identity.privacy.privacy_requests import RequestFacts, RequestKind, RequestState
from domain.identity.privacy.purposes import Purpose
from domain.orders.errors import OrdersUnderWay
from domain.shared.errors import Busy, SecondFactorNeeded

ConsentPurpose = strawberry.enum(Purpose, name="ConsentPurpose")
PrivacyRequestKind = strawberry.enum(RequestKind, name="PrivacyRequestKind")
PrivacyRequestState = strawberry.enum(RequestState, name="PrivacyRequestState")


@strawberry.type(directives=[Access(requires=PARENT)], description="What is agreed to, in the version now in force.")
class ConsentText:
    purpose: Purpose
    text_version: str = strawberry.field(description="Send it back with `giveConsent`.")
    language: str
    title: str
    text: str


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="Somebody agreed, or took it back; the newest of a purpose counts.",
)
class Consent:
    id: strawberry.ID
    purpose: Purpose
    text_version: str
    language: str = strawberry.field(description="That of the text that was shown.")
    given: bool = strawberry.field(description="False: taken back.")
    at: datetime


@strawberry.type(
    directives=[Access(requires=PARENT)], description="Somebody wanted a copy of a person's data, or their erasure."
)
class PrivacyRequest:
    id: strawberry.ID
    person_id: strawberry.ID
    kind: RequestKind = strawberry.field(name="type", description="A copy of the data, or their erasure.")
    state: RequestState
    refusal: str | None = strawberry.field(description="The code of what came in the way, when it was refused.")
    requested_at: datetime
    done_at: datetime | None
    file_url: str | None = strawberry.field(
        description="A path on this host; fetch it with the same Authorization header as this query. JSON. For the person "
        "and for the staff who asked, until expiresAt."
    )
    expires_at: datetime | None


@strawberry.input
class GiveConsentInput:
    purpose: Purpose
    text_version: str
    language: str | None = strawberry.field(
        default=None, description="That of the text that was shown; the request's by default."
    )
    idempotency_key: str | None = None


@strawberry.input
class WithdrawConsentInput:
    purpose: Purpose
    idempotency_key: str | None = None


@strawberry.input
class RequestPersonalDataInput:
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="Oneself by default; anybody else needs privacy.write."
    )
    password: str | None = strawberry.field(
        default=None, description="One's own, unless the session began within the last 15 minutes."
    )
    idempotency_key: str | None = None


@strawberry.input
class RequestErasureInput:
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="Oneself by default; anybody else needs privacy.write."
    )
    password: str | None = strawberry.field(
        default=None, description="One's own, unless the session began within the last 15 minutes."
    )
    idempotency_key: str | None = None


GiveConsentResult = result("GiveConsentResult", Consent, ConsentTextUnknown, ConsentTextOutdated, given_ids=False)
WithdrawConsentResult = result("WithdrawConsentResult", Consent, ConsentNeeded, ConsentNotGiven, given_ids=False)
RequestPersonalDataResult = result(
    "RequestPersonalDataResult",
    PrivacyRequest,
    HoldsMoreRights,
    RecentLogInNeeded,
    SecondFactorNeeded,
    SessionEnded,
    WrongCredentials,
    TooManyAttempts,
    Busy,
)
RequestErasureResult = result(
    "RequestErasureResult",
    PrivacyRequest,
    OrdersUnderWay,
    HoldsMoreRights,
    LastAdministrator,
    RecentLogInNeeded,
    SecondFactorNeeded,
    SessionEnded,
    WrongCredentials,
    TooManyAttempts,
    Busy,
)


def show_text(worded: Worded) -> ConsentText:
    return ConsentText(
        purpose=worded.purpose,
        text_version=worded.version,
        language=worded.language,
        title=worded.title,
        text=worded.text,
    )


def show_consent(facts: ConsentFacts) -> Consent:
    return Consent(
        id=strawberry.ID(encode("Consent", facts.id)),
        purpose=facts.purpose,
        text_version=facts.text_version,
        language=facts.language,
        given=facts.given,
        at=facts.at,
    )


def show_request(facts: RequestFacts) -> PrivacyRequest:
    return PrivacyRequest(
        id=strawberry.ID(encode("PrivacyRequest", facts.id)),
        person_id=strawberry.ID(encode("User", facts.person_id)),
        kind=facts.kind,
        state=facts.state,
        refusal=facts.reason,
        requested_at=facts.requested_at,
        done_at=facts.done_at,
        file_url=f"/files/personal-data/{facts.id}.json" if facts.has_file else None,
        expires_at=facts.expires_at,
    )

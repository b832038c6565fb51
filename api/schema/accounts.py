"""Signing up, and keeping one's password and address. Every answer is the same whether or not an address has an account."""

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.schema.people import Person
from domain.identity.errors import (
    AccountExists,
    AlreadyGranted,
    CannotGrant,
    LinkInvalid,
    RoleFixed,
    TooManyAttempts,
    WrongCredentials,
)
from domain.shared.errors import Busy, SecondFactorNeeded

_MAILED = "What stood behind `#token=` in the mailed link."
_PASSWORD = "At most 128 characters, and hard to guess: judged by what people choose, not by kinds of characters."


@strawberry.type(directives=[Access(requires=PARENT)], description="A mail is on its way, or the address gets none.")
class MailRequested:
    link_valid_seconds: int


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="A mail is on its way: with a link for `confirmEmail`, or with word that there is an account already.",
)
class SignUpAccepted:
    link_valid_seconds: int


@strawberry.type(directives=[Access(requires=PARENT)], description="The account can be logged in to.")
class AccountOpened:
    user_id: strawberry.ID


@strawberry.type(directives=[Access(requires=PARENT)])
class PasswordChanged:
    user_id: strawberry.ID


@strawberry.type(directives=[Access(requires=PARENT)])
class EmailChangeConfirmed:
    complete: bool = strawberry.field(description="False while the other address has not confirmed it.")


@strawberry.input
class SignUpInput:
    email: str
    password: str = strawberry.field(description=_PASSWORD)
    name: str
    language: str = strawberry.field(description="en or zh-Hans.")
    currency: str = strawberry.field(description="One that the shop sells in.")
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    idempotency_key: str | None = None


@strawberry.input
class ConfirmEmailInput:
    token: str = strawberry.field(description=_MAILED)
    password: str = strawberry.field(
        description="The one of the sign-up: it proves that who opens the link is who signed up."
    )


@strawberry.input
class RequestPasswordResetInput:
    email: str


@strawberry.input
class ResetPasswordInput:
    token: str = strawberry.field(description=_MAILED)
    new_password: str = strawberry.field(description=_PASSWORD)


@strawberry.input
class ChangePasswordInput:
    current_password: str
    new_password: str = strawberry.field(description=_PASSWORD)


@strawberry.input
class RequestEmailChangeInput:
    new_email: str
    password: str
    idempotency_key: str | None = None


@strawberry.input
class ConfirmEmailChangeInput:
    token: str = strawberry.field(description=f"{_MAILED} Each of the two addresses got one of its own.")
    password: str | None = strawberry.field(
        default=None,
        description="Of the account that asked. Needed with the link to the new address, unless signed in to that account.",
    )


@strawberry.input(description="Without a channel or supplier it is held everywhere.")
class InvitedRoleInput:
    role_id: strawberry.ID
    channel: str | None = None
    supplier_id: strawberry.ID | None = None


@strawberry.input
class InviteStaffInput:
    email: str
    name: str
    language: str = strawberry.field(description="en or zh-Hans.")
    roles: list[InvitedRoleInput]
    idempotency_key: str | None = None


@strawberry.input
class ResendInvitationInput:
    person_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input
class AcceptInvitationInput:
    token: str = strawberry.field(description=_MAILED)
    password: str = strawberry.field(description=_PASSWORD)


SignUpResult = result("SignUpResult", SignUpAccepted, TooManyAttempts, Busy, given_ids=False)
ConfirmEmailResult = result(
    "ConfirmEmailResult", AccountOpened, LinkInvalid, WrongCredentials, TooManyAttempts, Busy, given_ids=False
)
RequestPasswordResetResult = result("RequestPasswordResetResult", MailRequested, TooManyAttempts, given_ids=False)
ResetPasswordResult = result(
    "ResetPasswordResult", PasswordChanged, LinkInvalid, TooManyAttempts, Busy, given_ids=False
)
ChangePasswordResult = result(
    "ChangePasswordResult",
    PasswordChanged,
    SecondFactorNeeded,
    WrongCredentials,
    TooManyAttempts,
    Busy,
    given_ids=False,
)
RequestEmailChangeResult = result(
    "RequestEmailChangeResult",
    MailRequested,
    SecondFactorNeeded,
    WrongCredentials,
    TooManyAttempts,
    Busy,
    given_ids=False,
)
ConfirmEmailChangeResult = result(
    "ConfirmEmailChangeResult",
    EmailChangeConfirmed,
    LinkInvalid,
    WrongCredentials,
    TooManyAttempts,
    Busy,
    given_ids=False,
)
InviteStaffResult = result(
    "InviteStaffResult", Person, AccountExists, CannotGrant, RoleFixed, AlreadyGranted, TooManyAttempts
)
ResendInvitationResult = result("ResendInvitationResult", Person, TooManyAttempts)
AcceptInvitationResult = result(
    "AcceptInvitationResult", AccountOpened, LinkInvalid, TooManyAttempts, Busy, given_ids=False
)

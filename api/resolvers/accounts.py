"""Signing up, and keeping one's password and address; inviting staff."""

from uuid import UUID

import strawberry

from api.access import PERSON, PUBLIC, mutation
from api.context import Info
from api.ids import decode, encode
from api.schema import accounts as schema
from api.schema.people import Person, show_person
from domain.identity.accounts.change_email import (
    ChangeEmail,
    ConfirmEmailChange,
    confirm_email_change,
    request_email_change,
)
from domain.identity.accounts.change_password import ChangePassword, change_password
from domain.identity.accounts.confirm_registration import ConfirmEmail, confirm_email
from domain.identity.accounts.invite import (
    AcceptInvitation,
    InvitedRole,
    InviteStaff,
    ResendInvitation,
    accept_invitation,
    invite_staff,
    resend_invitation,
)
from domain.identity.accounts.mail_links import LIFETIMES, LinkPurpose
from domain.identity.accounts.reset_password import ResetPassword, request_password_reset, reset_password
from domain.identity.accounts.sign_up import SignUp, sign_up
from domain.identity.queries import user
from domain.shared.errors import not_found

_ONCE = "A document may check one credential, once."
_ALIKE = "Answers alike, and as fast, whether or not the address has an account."


@strawberry.type
class AccountsMutation:
    @mutation(PUBLIC, result=schema.SignUpResult, description=f"Become a customer. {_ALIKE} {_ONCE}")
    async def sign_up(self, info: Info, input: schema.SignUpInput) -> schema.SignUpAccepted:
        await sign_up(info.context.viewer, _sign_up(input))
        return schema.SignUpAccepted(link_valid_seconds=_seconds("confirm_registration"))

    @mutation(
        PUBLIC,
        result=schema.ConfirmEmailResult,
        description=f"Opens the account of a sign-up, by the mailed link and its password. Log in afterwards. {_ONCE}",
    )
    async def confirm_email(self, input: schema.ConfirmEmailInput) -> schema.AccountOpened:
        return _opened(await confirm_email(ConfirmEmail(token=input.token, password=input.password)))

    @mutation(PUBLIC, result=schema.RequestPasswordResetResult, description=f"Asks for a mailed link. {_ALIKE} {_ONCE}")
    async def request_password_reset(self, info: Info, input: schema.RequestPasswordResetInput) -> schema.MailRequested:
        await request_password_reset(info.context.viewer, input.email)
        return schema.MailRequested(link_valid_seconds=_seconds("reset_password"))

    @mutation(
        PUBLIC,
        result=schema.ResetPasswordResult,
        description=f"Sets a new password by the mailed link, and signs every device out. Second factors of "
        f"the last seven days go, older ones stay. {_ONCE}",
    )
    async def reset_password(self, input: schema.ResetPasswordInput) -> schema.PasswordChanged:
        return _changed(await reset_password(ResetPassword(token=input.token, new_password=input.new_password)))

    @mutation(
        PERSON,
        result=schema.ChangePasswordResult,
        description="Signs every other device of one's own out. Who has a second factor must have shown one in this "
        f"session. {_ONCE}",
    )
    async def change_password(self, info: Info, input: schema.ChangePasswordInput) -> schema.PasswordChanged:
        command = ChangePassword(current_password=input.current_password, new_password=input.new_password)
        return _changed(await change_password(info.context.viewer, command))

    @mutation(
        PERSON,
        result=schema.RequestEmailChangeResult,
        description=f"Both addresses get a link; the change is made once both are confirmed. Who has a second factor must "
        f"have shown one in this session. {_ALIKE} {_ONCE}",
    )
    async def request_email_change(self, info: Info, input: schema.RequestEmailChangeInput) -> schema.MailRequested:
        command = ChangeEmail(new_email=input.new_email, password=input.password, key=input.idempotency_key)
        await request_email_change(info.context.viewer, command)
        return schema.MailRequested(link_valid_seconds=_seconds("change_email_new"))

    @mutation(
        PUBLIC,
        result=schema.ConfirmEmailChangeResult,
        description="Once both have confirmed, every device is signed out but the one that asked for the change. "
        + _ONCE,
    )
    async def confirm_email_change(
        self, info: Info, input: schema.ConfirmEmailChangeInput
    ) -> schema.EmailChangeConfirmed:
        command = ConfirmEmailChange(token=input.token, password=input.password)
        return schema.EmailChangeConfirmed(complete=await confirm_email_change(info.context.viewer, command))

    @mutation(
        "people.write",
        result=schema.InviteStaffResult,
        description="A new person who holds these roles, and is mailed a link to choose a password. Nobody gives what "
        "they do not hold.",
    )
    async def invite_staff(self, info: Info, input: schema.InviteStaffInput) -> Person:
        return await _shown(await invite_staff(info.context.viewer, _invitation(input)))

    @mutation(
        "people.write",
        result=schema.ResendInvitationResult,
        description="Mails another link to somebody who was invited and has not accepted; the earlier one works no more.",
    )
    async def resend_invitation(self, info: Info, input: schema.ResendInvitationInput) -> Person:
        command = ResendInvitation(decode("User", input.person_id, field="personId"), input.idempotency_key)
        return await _shown(await resend_invitation(info.context.viewer, command))

    @mutation(PUBLIC, result=schema.AcceptInvitationResult, description=f"Log in afterwards. {_ONCE}")
    async def accept_invitation(self, input: schema.AcceptInvitationInput) -> schema.AccountOpened:
        return _opened(await accept_invitation(AcceptInvitation(token=input.token, password=input.password)))


def _sign_up(input: schema.SignUpInput) -> SignUp:
    return SignUp(
        email=input.email,
        password=input.password,
        name=input.name,
        language=input.language,
        currency=input.currency,
        country=input.country,
        key=input.idempotency_key,
    )


def _invitation(input: schema.InviteStaffInput) -> InviteStaff:
    roles = tuple(_role(one, f"roles.{place}") for place, one in enumerate(input.roles))
    return InviteStaff(
        email=input.email, name=input.name, language=input.language, roles=roles, key=input.idempotency_key
    )


def _role(input: schema.InvitedRoleInput, path: str) -> InvitedRole:
    supplier_id = input.supplier_id and decode("Supplier", input.supplier_id, field=f"{path}.supplierId")
    return InvitedRole(decode("Role", input.role_id, field=f"{path}.roleId"), input.channel, supplier_id or None)


def _seconds(purpose: LinkPurpose) -> int:
    return int(LIFETIMES[purpose].total_seconds())


def _opened(user_id: UUID) -> schema.AccountOpened:
    return schema.AccountOpened(user_id=strawberry.ID(encode("User", user_id)))


def _changed(user_id: UUID) -> schema.PasswordChanged:
    return schema.PasswordChanged(user_id=strawberry.ID(encode("User", user_id)))


async def _shown(user_id: UUID) -> Person:
    found = await user(user_id)
    if found is None:
        raise not_found("User", user_id)
    return show_person(found)

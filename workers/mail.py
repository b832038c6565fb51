"""Mails, later."""

from uuid import UUID

from domain.notifications import email_change_mails, factor_mails, password_mails, registration_mails
from workers.consume import consumer


@consumer("mail_registration")
async def mail_registration(event_id: UUID, registration_id: UUID) -> None:
    await registration_mails.mail_registration(event_id, registration_id)


@consumer("mail_invitation")
async def mail_invitation(event_id: UUID, user_id: UUID) -> None:
    await registration_mails.mail_invitation(event_id, user_id)


@consumer("mail_password_reset")
async def mail_password_reset(event_id: UUID, link_id: UUID) -> None:
    await password_mails.mail_password_reset(event_id, link_id)


@consumer("mail_password_changed")
async def mail_password_changed(event_id: UUID, user_id: UUID) -> None:
    await password_mails.mail_password_changed(event_id, user_id)


@consumer("mail_old_address")
async def mail_old_address(event_id: UUID, change_id: UUID) -> None:
    await email_change_mails.mail_old_address(event_id, change_id)


@consumer("mail_new_address")
async def mail_new_address(event_id: UUID, change_id: UUID) -> None:
    await email_change_mails.mail_new_address(event_id, change_id)


@consumer("mail_former_address")
async def mail_former_address(event_id: UUID, change_id: UUID) -> None:
    await email_change_mails.mail_former_address(event_id, change_id)


@consumer("mail_present_address")
async def mail_present_address(event_id: UUID, change_id: UUID) -> None:
    await email_change_mails.mail_present_address(event_id, change_id)


@consumer("mail_factor_added")
async def mail_factor_added(event_id: UUID, user_id: UUID) -> None:
    await factor_mails.mail_factor_added(event_id, user_id)


@consumer("mail_factor_removed")
async def mail_factor_removed(event_id: UUID, user_id: UUID) -> None:
    await factor_mails.mail_factor_removed(event_id, user_id)

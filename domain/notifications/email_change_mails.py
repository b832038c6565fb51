"""Mails to both addresses of somebody who changes theirs. Each is sent for itself, and tried again for itself."""

from uuid import UUID

from domain.identity.accounts.mail_links import LIFETIMES, LinkPurpose, open_link_about
from domain.identity.accounts.mail_queries import PendingEmailChange, email_change, owner_of
from domain.notifications.deliver import deliver
from domain.notifications.letters import Letter
from domain.notifications.links import FORGOTTEN, link_to, page_at

MAIL_OLD_ADDRESS = "mail_old_address"
MAIL_NEW_ADDRESS = "mail_new_address"
MAIL_FORMER_ADDRESS = "mail_former_address"
MAIL_PRESENT_ADDRESS = "mail_present_address"


async def mail_old_address(event_id: UUID, change_id: UUID) -> None:
    """A link to confirm the change, whatever becomes of the mail to the new address."""
    change = await email_change(change_id)
    letter = None
    if change is not None and not change.is_done:
        letter = await _with_link(change, change_id, "change_email_old")
    await deliver(MAIL_OLD_ADDRESS, event_id, letter)


async def mail_new_address(event_id: UUID, change_id: UUID) -> None:
    """A link to confirm the change; or, when another account has the address, a word to its owner and no link."""
    change = await email_change(change_id)
    letter = None
    if change is not None and not change.is_done:
        taken_by = await owner_of(change.new_email_hash)
        if taken_by is None or taken_by.id == change.owner.id:
            letter = await _with_link(change, change_id, "change_email_new")
        elif taken_by.email is not None:
            letter = Letter("address_taken", taken_by.language, taken_by.email, taken_by.name, page_at(FORGOTTEN))
    await deliver(MAIL_NEW_ADDRESS, event_id, letter)


async def mail_former_address(event_id: UUID, change_id: UUID) -> None:
    change = await email_change(change_id)
    letter = None
    if change is not None:
        owner = change.owner
        letter = Letter("email_changed_old", owner.language, change.old_email, owner.name, new_email=change.new_email)
    await deliver(MAIL_FORMER_ADDRESS, event_id, letter)


async def mail_present_address(event_id: UUID, change_id: UUID) -> None:
    change = await email_change(change_id)
    letter = None
    if change is not None:
        letter = Letter("email_changed_new", change.owner.language, change.new_email, change.owner.name)
    await deliver(MAIL_PRESENT_ADDRESS, event_id, letter)


async def _with_link(change: PendingEmailChange, change_id: UUID, purpose: LinkPurpose) -> Letter | None:
    """The old address is told the new one, to recognise it; the new one is told nothing that somebody typed."""
    link = await open_link_about(change_id, purpose)
    if link is None:
        return None
    to_old = purpose == "change_email_old"
    return Letter(
        purpose,
        change.owner.language,
        change.old_email if to_old else change.new_email,
        name=change.owner.name if to_old else None,
        link=await link_to("confirm-email-change", link.id),
        lifetime=LIFETIMES[purpose],
        new_email=change.new_email if to_old else "",
    )

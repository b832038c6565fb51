"""Mails about passwords."""

from uuid import UUID

from domain.identity.accounts.mail_links import LIFETIMES, open_link
from domain.identity.accounts.mail_queries import owner_of
from domain.identity.queries import user
from domain.notifications.deliver import deliver
from domain.notifications.letters import Letter
from domain.notifications.links import FORGOTTEN, link_to, page_at

MAIL_PASSWORD_RESET = "mail_password_reset"
MAIL_PASSWORD_CHANGED = "mail_password_changed"


async def mail_password_reset(event_id: UUID, link_id: UUID) -> None:
    """To the address that the account has. Nothing, when there is no such account or it is suspended."""
    link = await open_link(link_id)
    owner = await owner_of(link.email_hash) if link and link.email_hash else None
    letter = None
    if link is not None and owner is not None and owner.email is not None and not owner.is_suspended:
        letter = Letter(
            "reset_password",
            owner.language,
            owner.email,
            name=owner.name,
            link=await link_to("reset-password", link.id),
            lifetime=LIFETIMES[link.purpose],
        )
    await deliver(MAIL_PASSWORD_RESET, event_id, letter)


async def mail_password_changed(event_id: UUID, user_id: UUID) -> None:
    owner = await user(user_id)
    letter = None
    if owner is not None and owner.email is not None:
        letter = Letter("password_changed", owner.language, owner.email, name=owner.name, link=page_at(FORGOTTEN))
    await deliver(MAIL_PASSWORD_CHANGED, event_id, letter)

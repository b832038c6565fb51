"""Mails to people who have no account yet, or are thought to have none."""

from uuid import UUID

from domain.identity.accounts.mail_links import LIFETIMES, open_link_about
from domain.identity.accounts.mail_queries import PendingRegistration, owner_of, pending_registration
from domain.identity.queries import user
from domain.notifications.deliver import deliver
from domain.notifications.letters import Letter
from domain.notifications.links import FORGOTTEN, link_to, page_at

MAIL_REGISTRATION = "mail_registration"
MAIL_INVITATION = "mail_invitation"


async def mail_registration(event_id: UUID, registration_id: UUID) -> None:
    """A link to confirm the address; or, when the address has an account, a word to its owner.

    That word goes to the address that the account has, not to what was typed at sign-up.
    """
    registration = await pending_registration(registration_id)
    letter = None if registration is None else await _about(registration, registration_id)
    await deliver(MAIL_REGISTRATION, event_id, letter)


async def mail_invitation(event_id: UUID, user_id: UUID) -> None:
    """Greets nobody by name: the name is what the inviting person typed, and the address is not confirmed."""
    invited, link = await user(user_id), await open_link_about(user_id, "accept_invitation")
    letter = None
    if invited is not None and invited.email is not None and link is not None:
        letter = Letter(
            "invitation",
            invited.language,
            invited.email,
            link=await link_to("accept-invitation", link.id),
            lifetime=LIFETIMES[link.purpose],
        )
    await deliver(MAIL_INVITATION, event_id, letter)


async def _about(registration: PendingRegistration, registration_id: UUID) -> Letter | None:
    owner = await owner_of(registration.email_hash)
    if owner is not None and owner.email is not None:
        return Letter("already_registered", owner.language, owner.email, name=owner.name, link=page_at(FORGOTTEN))
    link = await open_link_about(registration_id, "confirm_registration")
    if link is None:
        return None
    return Letter(
        "confirm_registration",
        registration.language,
        registration.email,
        link=await link_to("confirm-email", link.id),
        lifetime=LIFETIMES[link.purpose],
    )

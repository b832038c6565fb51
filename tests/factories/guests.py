"""Guests, and people with a confirmed address who may claim what guests bought."""

from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.viewer import Viewer
from tests.factories.identity import a_user


async def a_guest() -> Viewer:
    tokens = await start_guest_session(StartGuestSession("en", "EUR", "DE"))
    return await viewer_from_token(tokens.access_token)


async def somebody_at(email: str) -> Viewer:
    """A person who has confirmed `email`, which is in the form that `rules.email_key` gives."""
    return Viewer(user_id=await a_user(email=email))

"""Addresses of the storefront's pages that mails lead to.

What proves the reader stands behind the `#`: browsers keep that part to themselves, so that it is in no server's log and
in no referrer.
"""

from uuid import UUID

from domain.identity.accounts.mail_links import mail_token
from domain.shared.settings import settings

FORGOTTEN = "forgot-password"


async def link_to(page: str, link_id: UUID) -> str:
    return f"{page_at(page)}#token={await mail_token(link_id)}"


def page_at(page: str) -> str:
    return f"{settings().storefront_url}/{page}"

"""For whoever stores something that belongs to a person: nothing is stored for somebody who was erased."""

from uuid import UUID

from domain.shared.database import value
from domain.shared.errors import NotSignedIn
from domain.shared.transactions import require_transaction


async def require_not_erased(person_id: UUID) -> None:
    """Raise NotSignedIn for who is erased or unknown; an erasure that comes now waits until the transaction ends.

    An access token of theirs may be good for seconds after the erasure.
    """
    require_transaction("require_not_erased")
    if await value("SELECT id FROM users WHERE id = $1 AND erased_at IS NULL FOR KEY SHARE", person_id) is None:
        raise NotSignedIn

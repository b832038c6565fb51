"""The devices at which somebody is signed in, as that person sees them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from domain.identity.personal import person_key
from domain.shared.clock import now
from domain.shared.database import rows
from domain.shared.viewer import Viewer

MOST = 100


@dataclass(frozen=True)
class SessionFacts:
    """`device` is what the device called itself at log-in, `address` where it was in the network; None: not known.

    `methods` are the names of RFC 8176 for how it signed in; `is_current` that the viewer asks from it.
    """

    id: UUID
    device: str | None = field(repr=False)
    address: str | None = field(repr=False)
    methods: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime
    is_current: bool


async def sessions_of(viewer: Viewer) -> list[SessionFacts]:
    """The viewer's own that can still be refreshed, the one used last first, `MOST` at most. Two statements.

    Raises NotSignedIn or NotAllowed for anybody but a person.
    """
    user_id = viewer.signed_in()
    found = await rows(
        """SELECT id, device_sealed, address_sealed, methods, created_at, last_used_at FROM session
           WHERE user_id = $1 AND ended_at IS NULL AND EXISTS (
               SELECT FROM refresh_token t WHERE t.session_id = session.id AND t.used_at IS NULL AND t.expires_at > $2)
           ORDER BY last_used_at DESC, id DESC LIMIT $3""",
        user_id,
        now(),
        MOST,
    )
    key = await person_key(user_id)
    return [
        SessionFacts(
            id=one["id"],
            device=(key and key.open(one["device_sealed"], "device")) or None,
            address=(key and key.open(one["address_sealed"], "address")) or None,
            methods=tuple(orjson.loads(one["methods"])),
            created_at=one["created_at"],
            last_used_at=one["last_used_at"],
            is_current=one["id"] == viewer.session_id,
        )
        for one in found
    ]

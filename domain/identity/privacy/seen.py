"""Whether somebody was here: the condition under which nobody is forgotten for being inactive."""

from datetime import datetime
from uuid import UUID

from domain.audit.activity import acted_since
from domain.shared.database import value

SEEN = """(EXISTS (SELECT FROM role_grant g WHERE g.user_id = u.id)
           OR EXISTS (SELECT FROM session s WHERE s.user_id = u.id AND s.last_used_at >= $1))"""
"""In a statement that names users `u` and the moment $1: staff, and who came by since that moment."""


async def seen_since(person_id: UUID, moment: datetime) -> bool:
    """Whether the person is staff, or was on a device of theirs or did anything that is recorded since `moment`."""
    if await value(f"SELECT {SEEN} FROM users u WHERE id = $2", moment, person_id):
        return True
    return bool(await acted_since([person_id], moment))

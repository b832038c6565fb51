"""How far the chain is behind, and whether anybody keeps it."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.database import row, value
from domain.shared.locks import AdvisoryLock

_CHAINER = """
    SELECT coalesce(holder.backend_start, 'epoch')
    FROM pg_locks held LEFT JOIN pg_stat_activity holder USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.classid = 0 AND held.objsubid = 1 AND held.objid = $1
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@dataclass(frozen=True)
class Waiting:
    """How many entries have no place in the chain yet, and when the oldest of them was written."""

    entries: int
    oldest: datetime | None


async def waiting() -> Waiting:
    """One statement, which reads only the entries that wait."""
    found = await row("SELECT count(*) AS entries, min(at) AS oldest FROM audit_entry WHERE position IS NULL")
    assert found is not None
    return Waiting(**found)


async def chainer_since() -> datetime | None:
    """Since when whoever gives places at this moment is connected, None when nobody does.

    Long ago where this user of the database may not know it.
    """
    found: datetime | None = await value(_CHAINER, AdvisoryLock.AUDIT_CHAIN)
    return found

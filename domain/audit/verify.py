"""Is the audit log as it was written? Reads everything, changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.audit.checkpoints import checkpoints
from domain.audit.entries import SECRET, STORED, Head, StoredEntry
from domain.audit.waiting import chainer_since
from domain.audit.walking import Finding, Walk
from domain.shared.clock import now
from domain.shared.database import connection, transaction, value
from domain.shared.secrets import secret_for

PATIENCE = timedelta(minutes=1)
"""How long an entry may wait for its place while the relay works, which gives places every second."""

_BATCH = 2_000
_ENTRIES = f"SELECT {', '.join(STORED)} FROM audit_entry ORDER BY position"


@dataclass(frozen=True)
class Verification:
    """How many entries and checkpoints are good, how many entries have no place yet, where the chain ends, what is wrong.

    `relay_runs`: whether anybody gives places at this moment; where nobody does, entries may wait. Findings are in the
    order of the chain, so that the first is the first.
    """

    entries: int
    checkpoints: int
    waiting: int
    relay_runs: bool
    head: Head
    findings: tuple[Finding, ...]


async def count_entries() -> int:
    found: int = await value("SELECT count(*) FROM audit_entry")
    return found


async def verify(
    public_keys: Mapping[str, str], *, noted: Head | None = None, tell: Callable[[int], object] = lambda _: None
) -> Verification:
    """Hold every entry against its seal and its place, and the chain against its checkpoints and a noted head.

    `public_keys` are those of the checkpoints, by kid. `tell` is told how many entries were looked at, time and again.
    Entries are read by one statement, and so as they stood at one moment; checkpoints before, so that none is newer.
    """
    walk = Walk(await secret_for(SECRET), public_keys)
    walk.expect(await checkpoints(), noted)
    looked_at = waiting = 0
    chainer, long_ago = await chainer_since(), now() - PATIENCE
    expected = chainer is not None and chainer < long_ago
    async with transaction(), connection() as raw:
        cursor = await raw.cursor(_ENTRIES)
        while batch := await cursor.fetch(_BATCH):
            for stored in map(StoredEntry.read, batch):
                if stored.position is None:
                    waiting += 1
                    walk.wait(stored, long=expected and stored.entry.at < long_ago)
                else:
                    walk.step(stored)
            looked_at += len(batch)
            tell(looked_at)
    walk.end()
    relay_runs = chainer is not None
    return Verification(walk.entries, walk.checkpoints, waiting, relay_runs, walk.head, tuple(walk.findings))

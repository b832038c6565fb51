"""Searching the audit log, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.shared.database import rows
from domain.shared.viewer import Viewer

READ = "audit.read"


@dataclass(frozen=True)
class EntryFacts:
    """`before` and `after` are JSON texts. `position` is the entry's place in the chain, None for some moments."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_type: str
    subject_id: UUID
    before: str | None
    after: str | None
    network: str
    request_id: str
    position: int | None


@dataclass(frozen=True)
class EntryFilter:
    """What an entry must have; None for anything. `until` itself is not included."""

    actor_id: UUID | None = None
    subject_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    request_id: str | None = None

    def conditions(self) -> Iterator[tuple[str, object]]:
        """Those that are given, with `{}` where the value's number goes."""
        named = {
            "actor_id = {}": self.actor_id,
            "subject_id = {}": self.subject_id,
            "action = {}": self.action,
            "at >= {}": self.since,
            "at < {}": self.until,
            "request_id = {} AND request_id <> ''": self.request_id,  # as the index says
        }
        return ((condition, given) for condition, given in named.items() if given is not None)


async def audit_entries(
    viewer: Viewer, wanted: EntryFilter, *, first: int, after: tuple[datetime, UUID] | None
) -> list[EntryFacts]:
    """Up to `first` entries that come after the key `after`, newest first. Raises NotAllowed. One statement."""
    viewer.require(READ)
    conditions, values = list[str](), list[object]()
    for condition, given in wanted.conditions():
        values.append(given)
        conditions.append(condition.format(f"${len(values)}"))
    if after is not None:
        values.extend(after)
        conditions.append(f"(at, id) < (${len(values) - 1}, ${len(values)})")
    found = await rows(
        f"""SELECT id, at, actor_kind, actor_id, action, subject_type, subject_id, before, after, network, request_id,
              position
            FROM audit_entry WHERE {" AND ".join(conditions) or "true"}
            ORDER BY at DESC, id DESC LIMIT ${len(values) + 1}""",
        *values,
        first,
    )
    return [EntryFacts(**one) for one in found]

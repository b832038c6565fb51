"""Searching the audit log."""

from datetime import UTC, datetime
from uuid import UUID

import strawberry

from api.access import field
from api.context import Info
from api.ids import decode_any
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.audit import AuditEntry, AuditFilter, show_entry
from domain.audit.queries import READ, EntryFacts, EntryFilter, audit_entries
from domain.shared.errors import InvalidInput

_LIST = "auditEntries"


@strawberry.type
class AuditQuery:
    @field(READ, description="The audit log, newest first.")
    async def audit_entries(
        self, info: Info, filter: AuditFilter | None = None, first: int = 20, after: str | None = None
    ) -> Connection[AuditEntry]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        wanted = _filter(filter or AuditFilter())
        found = await audit_entries(
            info.context.viewer, wanted, first=size + 1, after=(key[0], key[1]) if key else None
        )
        nodes = [show_entry(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


def _filter(input: AuditFilter) -> EntryFilter:
    return EntryFilter(
        actor_id=_id(input.actor_id, "filter.actorId"),
        subject_id=_id(input.subject, "filter.subject"),
        action=input.action,
        since=_in_utc(input.since, "filter.from"),
        until=_in_utc(input.until, "filter.to"),
        request_id=input.request_id,
    )


def _id(given: str | None, field: str) -> UUID | None:
    return None if given is None else decode_any(given, field=field)[1]


def _in_utc(given: datetime | None, field: str) -> datetime | None:
    if given is None or given.tzinfo is None:
        return given and given.replace(tzinfo=UTC)
    try:
        return given.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(field=field, rule="range", limit="0001..9999") from error


def _cursor(facts: EntryFacts) -> str:
    return cursor(_LIST, (facts.at, facts.id))

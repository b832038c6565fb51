"""Events, written in the transaction of the change they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar
from uuid import UUID

import orjson

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.logs import request_id
from domain.shared.transactions import require_transaction

WAKE_RELAY = "hanse_outbox"
"""The PostgreSQL channel that a committed event notifies."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to one subject. `sequence` is the subject's version, so a subject's events are in order.

    Fields of subclasses become the event's data and must be ids and scalars.
    """

    kind: ClassVar[str]
    subject_type: ClassVar[str]
    subject_id: UUID
    sequence: int

    def data(self) -> dict[str, object]:
        own = (field.name for field in fields(self) if field.name not in {"subject_id", "sequence"})
        return {name: getattr(self, name) for name in own}


async def emit(event: Event) -> UUID:
    """Store `event` and wake the relay on commit. Raises RuntimeError outside a transaction."""
    (event_id,) = await emit_many([event])
    return event_id


async def emit_many(events: Sequence[Event]) -> list[UUID]:
    """As `emit`, all of them in their order. One statement."""
    require_transaction("emit")
    event_ids = [new_id() for _ in events]
    await run(
        """WITH stored AS (
             INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
             SELECT g.id, g.kind, g.subject_type, g.subject_id, g.sequence, g.data::jsonb, $7, $8
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::text[]) WITH ORDINALITY
               AS g(id, kind, subject_type, subject_id, sequence, data, n) ORDER BY g.n RETURNING 1),
           one AS (SELECT 1 FROM stored LIMIT 1)
           SELECT pg_notify($9, '') FROM one""",
        event_ids,
        [one.kind for one in events],
        [one.subject_type for one in events],
        [one.subject_id for one in events],
        [one.sequence for one in events],
        [orjson.dumps(one.data(), default=str).decode() for one in events],
        request_id(),
        now(),
        WAKE_RELAY,
    )
    return event_ids

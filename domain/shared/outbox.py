"""Events, written in the transaction of the change they tell of."""

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
    require_transaction("emit")
    event_id = new_id()
    await run(
        """WITH stored AS (
             INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id)
           SELECT pg_notify($9, '') FROM stored""",
        event_id,
        event.kind,
        event.subject_type,
        event.subject_id,
        event.sequence,
        orjson.dumps(event.data(), default=str).decode(),
        request_id(),
        now(),
        WAKE_RELAY,
    )
    return event_id

"""Making a clustering the one that answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.identity.privacy.consent import left_out_of_learning
from domain.shared.clock import now
from domain.shared.database import connection, run
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.locks import AdvisoryLock
from domain.shared.money import Money
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "segment_customers"
_RUNS_KEPT = 2


@dataclass(frozen=True)
class Segment:
    """`name` is a key to translate; the numbers are means per customer."""

    name: str
    recency_days: float
    frequency: float
    money: Money
    customer_ids: list[UUID]


@dataclass(frozen=True)
class Segmentation:
    """Segments in the order in which they are to be shown."""

    segments: list[Segment]
    seed: int
    parameters: dict[str, object]
    metrics: dict[str, object]
    cutoff: datetime


@use_case
async def publish_segments(run_id: UUID, segmentation: Segmentation) -> None:
    """Store the segments and their members and retire the run before, in one transaction; it is kept, older ones go.

    Who was erased, or took back the consent, while they were made is a member of none.
    """
    if not await first_time(CONSUMER, run_id):
        return
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.SEGMENTATION)
    await run("UPDATE segment_run SET state = 'retired' WHERE state = 'published'")
    await run(
        """INSERT INTO segment_run (id, state, seed, parameters, metrics, data_cutoff, created_at)
           VALUES ($1, 'published', $2, $3, $4, $5, $6)""",
        run_id,
        segmentation.seed,
        orjson.dumps(segmentation.parameters).decode(),
        orjson.dumps(segmentation.metrics).decode(),
        segmentation.cutoff,
        now(),
    )
    ids = sorted(new_id() for _ in segmentation.segments)
    for segment_id, segment in zip(ids, segmentation.segments, strict=True):
        await _store(run_id, segment_id, segment)
    await run(
        "DELETE FROM segment_member WHERE segment_id = ANY($1) AND customer_id = ANY($2)",
        ids,
        await left_out_of_learning(),
    )
    await run(
        """DELETE FROM segment_run WHERE id NOT IN (
             SELECT id FROM segment_run ORDER BY state = 'published' DESC, created_at DESC, id DESC LIMIT $1)""",
        _RUNS_KEPT,
    )
    sizes = {segment.name: len(segment.customer_ids) for segment in segmentation.segments}
    await record(PLATFORM, "publishSegments", subject=("segment_run", run_id), after=sizes)


@use_case
async def skip_segments(run_id: UUID) -> None:
    """Settle the event without a run."""
    await first_time(CONSUMER, run_id)


async def _store(run_id: UUID, segment_id: UUID, segment: Segment) -> None:
    require_transaction("_store")
    await run(
        """INSERT INTO customer_segment (id, run_id, name, size, recency_days, frequency, money_minor, currency)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        segment_id,
        run_id,
        segment.name,
        len(segment.customer_ids),
        segment.recency_days,
        segment.frequency,
        segment.money.minor,
        segment.money.currency,
    )
    async with connection() as raw:
        await raw.copy_records_to_table(
            "segment_member",
            columns=["segment_id", "customer_id"],
            records=((segment_id, customer_id) for customer_id in segment.customer_ids),
        )

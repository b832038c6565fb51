"""The life of a training run in the database: training, then published, refused or failed; retired by the next one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.identity.privacy.consent import left_out_of_learning
from domain.recommendations.learn import Learned, Suggestions
from domain.recommendations.taste import Parameters
from domain.shared.clock import now
from domain.shared.database import connection, run
from domain.shared.inbox import first_time
from domain.shared.locks import AdvisoryLock
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "train_recommendations"
_VERSIONS_KEPT = 2


@use_case
async def start_run(run_id: UUID, parameters: Parameters, cutoff: datetime) -> bool:
    """Begin the run, or begin it again after an interruption. False when it has ended.

    Runs that were given up half-way are marked failed here: nobody else comes by.
    """
    await run(
        """UPDATE recommendation_run SET state = 'failed', reason = 'interrupted', finished_at = $1
           WHERE state = 'training' AND id <> $2 AND started_at < $1::timestamptz - interval '6 hours'""",
        now(),
        run_id,
    )
    started = await run(
        """INSERT INTO recommendation_run (id, state, seed, parameters, metrics, data_cutoff, started_at)
           VALUES ($1, 'training', $2, $3, '{}', $4, $5)
           ON CONFLICT (id) DO UPDATE SET state = 'training', reason = NULL, finished_at = NULL, started_at = $5,
             data_cutoff = $4 WHERE recommendation_run.state IN ('training', 'failed')""",
        run_id,
        parameters.seed,
        orjson.dumps(parameters).decode(),
        cutoff,
        now(),
    )
    return started == 1


@use_case
async def publish_run(run_id: UUID, learned: Learned) -> None:
    """Make the run's rows the answer and retire the version before, in one transaction.

    The version before is kept; the rows of older ones go, their metrics stay. Who was erased, or took back the consent,
    while it was learned has no rows: an erasure that is under way waits for them, or is waited for.
    """
    if not await first_time(CONSUMER, run_id):
        return
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.TRAINING)
    await _copy("customer_recommendation", "customer_id", run_id, learned.for_customers)
    await _copy("bought_together", "product_id", run_id, learned.for_products)
    await run(
        "DELETE FROM customer_recommendation WHERE run_id = $1 AND customer_id = ANY($2)",
        run_id,
        await left_out_of_learning(),
    )
    await run("UPDATE recommendation_run SET state = 'retired' WHERE state = 'published'")
    metrics = learned.metrics | {"popular_products": [str(product) for product in learned.popular]}
    await _end(run_id, "published", learned.parameters, metrics)
    await _forget_old_versions()
    await record(PLATFORM, "publishRecommendations", subject=("recommendation_run", run_id), after=learned.metrics)


@use_case
async def refuse_run(run_id: UUID, learned: Learned) -> None:
    """Keep what was measured and why it was not published."""
    if await first_time(CONSUMER, run_id):
        await _end(run_id, "refused", learned.parameters, learned.metrics, reason=learned.refusal)


@use_case
async def fail_run(run_id: UUID, reason: str) -> None:
    await run(
        """UPDATE recommendation_run SET state = 'failed', reason = $2, finished_at = $3
           WHERE id = $1 AND state = 'training'""",
        run_id,
        reason[:2000],
        now(),
    )


async def _copy(table: str, subject: str, run_id: UUID, suggestions: Sequence[Suggestions]) -> None:
    require_transaction("_copy")
    async with connection() as raw:
        await raw.copy_records_to_table(
            table, columns=["run_id", subject, "product_ids", "scores"], records=_records(run_id, suggestions)
        )


def _records(run_id: UUID, suggestions: Sequence[Suggestions]) -> Iterator[tuple[UUID, UUID, str, str]]:
    for one in suggestions:
        yield run_id, one.subject_id, orjson.dumps(one.product_ids).decode(), orjson.dumps(one.scores).decode()


async def _end(
    run_id: UUID, state: str, parameters: Parameters, metrics: dict[str, object], *, reason: str | None = None
) -> None:
    await run(
        """UPDATE recommendation_run SET state = $2, parameters = $3, metrics = $4, reason = $5, finished_at = $6
           WHERE id = $1""",
        run_id,
        state,
        orjson.dumps(parameters).decode(),
        orjson.dumps(metrics).decode(),
        reason,
        now(),
    )


async def _forget_old_versions() -> None:
    for table in ("customer_recommendation", "bought_together"):
        await run(
            f"""DELETE FROM {table} WHERE run_id NOT IN (
                  SELECT id FROM recommendation_run WHERE state IN ('published', 'retired')
                  ORDER BY state = 'published' DESC, finished_at DESC, id DESC LIMIT $1)""",
            _VERSIONS_KEPT,
        )

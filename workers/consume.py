"""What makes an async function a consumer of events."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import dramatiq
import structlog

from domain.shared.deadletters import give_up
from domain.shared.errors import Busy, DomainError, StaleVersion
from domain.shared.failures import told
from domain.shared.inbox import begin_attempt, record_failure
from workers.routes import QUEUES, queue_of

Work = Callable[[UUID, UUID], Awaitable[None]]
_PASSES_BY_ITSELF = (Busy, StaleVersion)
_log = structlog.get_logger()


@dataclass(frozen=True)
class Consumer:
    name: str
    queue: str
    work: Work


CONSUMERS: dict[str, Consumer] = {}


def consumer(name: str, *, queue: str = "default") -> Callable[[Work], Work]:
    """Let `work(event_id, subject_id)` consume the events that `workers/routes.py` sends to `name`.

    Each attempt is counted in PostgreSQL before the work begins, so that an event whose work kills the process is
    given up like any other after `MAX_ATTEMPTS`. A refusal by the domain is final and the event is given up at once;
    any other exception, and a refusal that passes by itself, is tried again later and later. Work may run more than
    once for one event, even at the same time: its use case claims the event by `first_time`.
    """
    if queue != queue_of(name):
        raise ValueError(f"{name} is declared on {queue}, but workers/routes.py sends it to {queue_of(name)}")

    def register(work: Work) -> Work:
        CONSUMERS[name] = Consumer(name, queue, work)
        return work

    return register


def declare_actors(broker: dramatiq.Broker) -> None:
    """Make every consumer imported so far an actor of its name, with arguments `(event_id, subject_id)` as strings."""
    for each in CONSUMERS.values():
        limit = QUEUES[each.queue].time_limit
        dramatiq.actor(
            actor_name=each.name, queue_name=each.queue, broker=broker, time_limit=limit.total_seconds() * 1000
        )(_attempt_of(each))


def _attempt_of(each: Consumer) -> Callable[[str, str], Awaitable[None]]:
    async def attempt(event_id: str, subject_id: str) -> None:
        await _attempt(each, UUID(event_id), UUID(subject_id))

    return attempt


async def _attempt(each: Consumer, event_id: UUID, subject_id: UUID) -> None:
    if not await begin_attempt(each.name, event_id):
        return
    try:
        await each.work(event_id, subject_id)
    except _PASSES_BY_ITSELF as refusal:
        await record_failure(each.name, event_id, str(refusal))
        raise
    except DomainError as refusal:
        await give_up(each.name, event_id, str(refusal))
        _log.error("event given up", refusal=str(refusal))
    except (Exception, asyncio.CancelledError) as error:
        await record_failure(each.name, event_id, told(error))
        raise

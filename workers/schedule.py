"""The schedule: starts the nightly jobs, each once a night however many schedules run or die: `python -m workers.schedule`.

A job that was never started is due at once. What is due, and that it was started, stands in PostgreSQL in one
transaction with the event that starts it; the advisory lock only spares the others the work.
"""

import asyncio
from datetime import datetime, time, timedelta

import asyncpg
import structlog
from redis import RedisError

from domain.analytics.events import SegmentationDue
from domain.catalog.products.publish import publish_due
from domain.identity.keys.checkpoint import sign_checkpoint
from domain.identity.keys.key_rotation import rotate_due_keys
from domain.inventory.expire import return_expired
from domain.recommendations.events import TrainingDue
from domain.shared.clock import now
from domain.shared.database import connect, disconnect
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.logs import configure_logs
from domain.shared.master_key import KeysUnusable
from domain.shared.scheduling import announce, clear_aged
from domain.shared.settings import settings
from workers.alive import alive_client, mark_alive
from workers.clearing import clearings
from workers.leadership import lead, run_until_told

TICK_SECONDS = 5.0
NIGHT = time(3)
"""UTC."""

_log = structlog.get_logger()


def main() -> None:
    configure_logs(settings().log_level, process="schedule")
    run_until_told(lambda: lead(AdvisoryLock.SCHEDULE, keep_time))


async def keep_time(connection: asyncpg.Connection) -> None:
    """Look at the clock every few seconds for as long as `connection`, which holds the lock, lives."""
    await connect(settings())
    kept = (_tick(connection), _keep_clear(), _keep_returning(), _keep_publishing())
    parts = [asyncio.create_task(part) for part in kept]
    try:
        await asyncio.gather(*parts)
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await disconnect()


async def _keep_clear() -> None:
    """Beside the ticks: a night's clearing may take hours, in which all else goes on and the schedule counts as alive."""
    while True:
        await clear_due()
        await asyncio.sleep(TICK_SECONDS)


async def _keep_returning() -> None:
    """Beside the ticks too: after a rush, many carts leave at once what they had reserved."""
    while True:
        await return_reservations()
        await asyncio.sleep(TICK_SECONDS)


async def _keep_publishing() -> None:
    """Beside the ticks too: a whole season may go live at one moment."""
    while True:
        await publish_scheduled()
        await asyncio.sleep(TICK_SECONDS)


async def _tick(connection: asyncpg.Connection) -> None:
    redis = alive_client(settings())
    while True:
        await start_due()
        await connection.execute("SELECT")  # raises when the connection is gone, and the lock with it
        try:
            await asyncio.to_thread(mark_alive, redis, "schedule")
        except RedisError as error:
            _log.warning("redis is away", error=repr(error))
        await asyncio.sleep(TICK_SECONDS)


async def start_due() -> None:
    """Start every job whose time has come since it was started last."""
    due = last_night(now())
    for job, event in (("training", TrainingDue), ("segmentation", SegmentationDue)):
        if await announce(job, due, event(subject_id=new_id(), sequence=1)):
            _log.info("job due", job=job)
    await _rotate_keys()
    await _sign_audit_checkpoint()


async def clear_due() -> None:
    """Delete what has aged, unless that was done since the last night began."""
    if cleared := await clear_aged("clearing", last_night(now()), clearings(settings())):
        _log.info("aged rows deleted", rows=cleared)


async def return_reservations() -> None:
    """Give back what carts reserved and did not buy in time."""
    returned = 0
    while chunk := await return_expired():
        returned += chunk
    if returned:
        _log.info("reservations returned", reservations=returned)


async def publish_scheduled() -> None:
    """Let go live what is due."""
    published = 0
    while chunk := await publish_due():
        published += chunk
    if published:
        _log.info("products went live", products=published)


async def _rotate_keys() -> None:
    try:
        rotated = await rotate_due_keys()
    except KeysUnusable as error:
        _log.error("no key was rotated", error=str(error))
        return
    if rotated.made or rotated.retired:
        _log.info("keys rotated", made=rotated.made, retired=rotated.retired)


async def _sign_audit_checkpoint() -> None:
    try:
        signed = await sign_checkpoint()
    except KeysUnusable as error:
        _log.error("no audit checkpoint", error=str(error))
        return
    if signed is not None:  # the line is a note of the chain's end outside the database, where logs are kept elsewhere
        _log.info(
            "audit checkpoint",
            head=str(signed.head),
            at=signed.at.isoformat(),
            kid=signed.kid,
            signature=signed.signature,
        )


def last_night(moment: datetime) -> datetime:
    """The last `NIGHT` at or before `moment`."""
    tonight = datetime.combine(moment.date(), NIGHT, tzinfo=moment.tzinfo)
    return tonight if tonight <= moment else tonight - timedelta(days=1)


if __name__ == "__main__":
    main()

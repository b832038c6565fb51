"""When API keys were used last: written down beside the requests, once a minute for each key, and never in their way."""

import asyncio
from contextvars import Context
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import structlog

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import Busy

EVERY = timedelta(minutes=1)
_REMEMBERED = 10_000

_noted: dict[UUID, datetime] = {}
_writing: set[asyncio.Task[None]] = set()
_log = structlog.get_logger()


def note_use(key_id: UUID) -> None:
    """Have it written down that the key is used now, unless that was done within the last minute. Returns at once."""
    moment = now()
    if key_id in _noted and abs(moment - _noted[key_id]) < EVERY:
        return
    if len(_noted) >= _REMEMBERED:
        _noted.clear()  # what is forgotten is at worst written once more
    _noted[key_id] = moment
    # a context of its own: inside the caller's, the task would find their transaction
    task = asyncio.create_task(_write(key_id, moment), context=Context())
    _writing.add(task)
    task.add_done_callback(_writing.discard)


async def _write(key_id: UUID, moment: datetime) -> None:
    try:
        await run(
            "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
            key_id,
            moment,
            moment - EVERY,
        )
    except (
        OSError,
        TimeoutError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        Busy,
    ) as error:
        _log.warning("the use of an API key was not written down", key_id=str(key_id), error=repr(error))

"""Making what is served of a picture that was added: fetched if it has an address, converted, stored. Runs in a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import orjson
import structlog

from domain.audit.record import record
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.converting import Converted, Unusable, convert
from domain.catalog.media.events import MediaFailed, MediaReady
from domain.catalog.media.fetch import CannotFetch, fetch
from domain.catalog.media.kept_files import forget_files, keep_made, made_path, source_path
from domain.catalog.media.reach import reaching
from domain.catalog.media.rules import HEAD, MAX_BYTES, sniffed
from domain.shared.attempts import attempts
from domain.shared.database import row
from domain.shared.files import fetch_file
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.threads import Threads
from domain.shared.transactions import use_case
from domain.shared.uploads import file_hash
from domain.shared.viewer import PLATFORM

CONSUMER = "make_picture"
ATTEMPTS_AT_MOST = 6
"""When an address does not answer, or a worker dies over it; a picture that is no good is tried once."""

_THREADS = Threads("pictures", threads=2, places=16)
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Finished:
    media_type: str
    sha256: str
    converted: Converted


async def make_picture(event_id: UUID, media_id: UUID) -> None:
    """Finish the picture, ready or failed; harmless to run again, after a kill half-way or beside another worker.

    Raises what may pass by itself, for the queue to try again: an address or a store that does not answer.
    """
    waiting = await row("SELECT source_url FROM media WHERE id = $1 AND state = 'waiting'", media_id)
    tried = await attempts(CONSUMER, event_id)
    if waiting is None:
        await _fail(event_id, media_id, "")
    elif tried > ATTEMPTS_AT_MOST:
        await _fail(event_id, media_id, "TOO_MANY_ATTEMPTS")
    else:
        try:
            await _make(event_id, media_id, waiting["source_url"])
        except Unusable as unusable:
            await _fail(event_id, media_id, unusable.code)
        except CannotFetch as refused:
            if not refused.is_final and tried < ATTEMPTS_AT_MOST:
                raise
            await _fail(event_id, media_id, refused.code)
    await _tidy(media_id)


async def _make(event_id: UUID, media_id: UUID, url: str | None) -> None:
    async with _folder() as folder:
        source = folder / "source"
        await _obtain(source, media_id, url)
        kind, digest = await _THREADS.run(partial(_examined, source))
        converted = await convert(source, folder)
        for one in converted.made:
            await keep_made(media_id, one)
    await _finish(event_id, media_id, _Finished(kind, digest, converted))


async def _obtain(source: Path, media_id: UUID, url: str | None) -> None:
    if url is not None:
        await fetch(url, source, longest=MAX_BYTES, reach=reaching(settings().media_networks))
        return
    try:
        await fetch_file(source_path(media_id), source)
    except FileNotFoundError as gone:
        raise Unusable("SOURCE_LOST") from gone


def _examined(source: Path) -> tuple[str, str]:
    """The media type and the SHA-256 of what came."""
    with source.open("rb") as file:
        kind = sniffed(file.read(HEAD))
    if kind is None:
        raise Unusable("UNSUPPORTED_TYPE")
    return kind, file_hash(source)


@use_case
async def _finish(event_id: UUID, media_id: UUID, finished: _Finished) -> None:
    """Show the picture, unless another worker was faster or it was removed meanwhile."""
    if not await first_time(CONSUMER, event_id):
        return
    found = await row(
        """UPDATE media SET state = 'ready', media_type = $2, sha256 = $3, width = $4, height = $5, files = $6,
                            error = NULL, version = version + 1
           WHERE id = $1 AND state = 'waiting' RETURNING product_id, version""",
        media_id,
        finished.media_type,
        finished.sha256,
        finished.converted.width,
        finished.converted.height,
        orjson.dumps([one.told() for one in finished.converted.made]).decode(),
    )
    if found is None:
        return
    await record(PLATFORM, "makePicture", subject=("media", media_id), after={"sha256": finished.sha256})
    await emit(MediaReady(subject_id=media_id, sequence=found["version"], product_id=found["product_id"]))
    await refresh_listings([found["product_id"]])


@use_case
async def _fail(event_id: UUID, media_id: UUID, code: str) -> None:
    """Say why there is no picture. Without a waiting one the event is settled and nothing else."""
    if not await first_time(CONSUMER, event_id):
        return
    found = await row(
        """UPDATE media SET state = 'failed', error = $2, version = version + 1
           WHERE id = $1 AND state = 'waiting' AND $2 <> '' RETURNING product_id, version""",
        media_id,
        code,
    )
    if found is None:
        return
    _log.warning("a picture cannot be made", media=str(media_id), reason=code)
    await record(PLATFORM, "failPicture", subject=("media", media_id), after={"error": code})
    product_id, version = found["product_id"], found["version"]
    await emit(MediaFailed(subject_id=media_id, sequence=version, product_id=product_id, reason=code))


async def _tidy(media_id: UUID) -> None:
    """Leave the files that count: what was sent is not kept, nor what a slower worker has made.

    Of a picture that waits (it was asked for again meanwhile) all do: another worker is making them.
    """
    found = await row("SELECT state, files FROM media WHERE id = $1", media_id)
    if found and found["state"] == "waiting":
        return
    files = orjson.loads(found["files"]) if found else []
    await forget_files(media_id, but=[made_path(media_id, one["sha256"]) for one in files])


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with TemporaryDirectory(prefix="hanse-picture-") as folder:
        yield Path(folder)

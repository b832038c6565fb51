"""The copy of everything that is known of a person: made by a worker, sealed under their key, fetched, and forgotten.

What other contexts know is told by functions that the worker passes in, since this context knows of none above it.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.identity.events import PersonalDataReady
from domain.identity.personal import PersonKey, person_key
from domain.identity.privacy.personal_data import personal_data
from domain.identity.privacy.privacy_requests import (
    RequestKind,
    RequestState,
    close_request,
    privacy_request,
    waiting_request,
)
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.files import delete_files, files_under, read_file, store_file
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer

Collector = Callable[[UUID], Awaitable[object]]
"""All that one context knows of a person, as what JSON can hold."""

CONSUMER = "export_personal_data"
FORGET_FILES = "forget_files"
SCHEMA = "hanse.personal-data/1"
_CHUNK = 100


async def export_personal_data(event_id: UUID, request_id: UUID, others: Mapping[str, Collector]) -> None:
    """Make the file and finish the request; harmless to run again, after a kill half-way or beside another worker.

    The file's name cannot be guessed, and who comes by it without the person's key reads nothing.
    """
    request = await waiting_request(request_id, RequestKind.EXPORT)
    key = None if request is None else await person_key(request.person_id)
    if request is None or key is None:
        return
    known: dict[str, object] = {"person": await personal_data(request.person_id)}
    for name, collect in others.items():
        known[name] = await collect(request.person_id)
    path = f"{_folder(request_id)}/{secrets.token_urlsafe(24)}.sealed"
    await store_file(path, key.seal(_written(known), _field(request_id)).encode())
    kept = await _finish(event_id, request_id, path)
    await delete_files([one for one in await files_under(_folder(request_id)) if one != kept])


async def personal_data_file(viewer: Viewer, request_id: UUID) -> bytes | None:
    """The file, for the person and for the staff who asked; None for others, and when it has expired.

    Raises FileNotFoundError when it should be there and is not.
    """
    request = await privacy_request(viewer, request_id)
    if request is None or request.file_path is None or not request.has_file or not request.is_for(viewer):
        return None
    key = await person_key(request.person_id)
    return None if key is None else await _opened(key, request_id, request.file_path)


async def forget_files(event_id: UUID) -> None:
    """For user.erased: the person's files, which nobody can read any more, go at once and not only at night."""
    while await forget_expired_files(now()):
        pass
    await _settle(event_id)


async def forget_expired_files(moment: datetime) -> int:
    """Delete some of the files that expired by `moment`, then what is noted of them. Returns how many, 0: none is left."""
    found = await rows(
        "SELECT id FROM privacy_request WHERE file_path IS NOT NULL AND expires_at <= $1 LIMIT $2", moment, _CHUNK
    )
    for one in found:
        await delete_files(await files_under(_folder(one["id"])))
    await run("UPDATE privacy_request SET file_path = NULL WHERE id = ANY($1)", [one["id"] for one in found])
    return len(found)


@use_case
async def _finish(event_id: UUID, request_id: UUID, path: str) -> str | None:
    """The path of the file that counts: another's, where another worker was faster; None when the request was closed."""
    if await first_time(CONSUMER, event_id) and (request := await waiting_request(request_id, RequestKind.EXPORT)):
        expires_at = now() + timedelta(days=settings().export_kept_days)
        await run("UPDATE privacy_request SET file_path = $2 WHERE id = $1", request_id, path)
        await close_request(request_id, RequestState.DONE, expires_at=expires_at)
        await record(
            PLATFORM, "exportPersonalData", subject=("user", request.person_id), after={"request_id": request_id}
        )
        await emit(PersonalDataReady(subject_id=request_id, sequence=2))
    found = await rows("SELECT file_path FROM privacy_request WHERE id = $1", request_id)
    return found[0]["file_path"] if found else None


@use_case
async def _settle(event_id: UUID) -> None:
    await first_time(FORGET_FILES, event_id)


def _written(known: dict[str, object]) -> str:
    shown = {"schema": SCHEMA, "made_at": now(), **known}
    return orjson.dumps(shown, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


async def _opened(key: PersonKey, request_id: UUID, path: str) -> bytes | None:
    text = key.open((await read_file(path)).decode(), _field(request_id))
    return None if text is None else text.encode()


def _folder(request_id: UUID) -> str:
    return f"personal-data/{request_id}"


def _field(request_id: UUID) -> str:
    return f"copy {request_id}"

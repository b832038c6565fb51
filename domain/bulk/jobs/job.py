"""An import or export as it stands in the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.bulk.errors import FileUnusable
from domain.bulk.kinds import Direction, Format, JobState, Layout, OnError, Placing, Subject
from domain.shared.errors import DomainError, NotAllowed
from domain.shared.messages import message, text

TOO_MANY_ATTEMPTS = "BULK_TOO_MANY_ATTEMPTS"
ROWS_REFUSED = "BULK_ROWS_REFUSED"
COLUMNS = """id, direction, subject, format, layout, on_error, language, requested_by, supplier_id, options, state,
    file_path, errors_path, sha256, rows_total, rows_done, rows_changed, rows_failed, next_row, error, version,
    requested_at, finished_at"""


@dataclass(frozen=True, slots=True)
class Job:
    """`file_path` is the file that came, or the one that was made; `told_in` the language of the row errors."""

    id: UUID
    direction: Direction
    subject: Subject
    format: Format
    layout: Layout
    on_error: OnError | None
    language: str | None
    requested_by: UUID
    supplier_id: UUID | None
    placing: Placing
    told_in: str
    file_name: str
    state: JobState
    file_path: str | None
    errors_path: str | None
    sha256: str | None
    rows_total: int | None
    rows_done: int
    rows_changed: int
    rows_failed: int
    next_row: int
    error: Mapping[str, Any] | None
    version: int
    requested_at: datetime
    finished_at: datetime | None


def job_of(row: asyncpg.Record) -> Job:
    known = dict(row)
    options = orjson.loads(known.pop("options"))
    placing = {one.name: options[one.name] for one in fields(Placing) if one.name in options}
    known |= {
        "direction": Direction(known["direction"]),
        "subject": Subject(known["subject"]),
        "format": Format(known["format"]),
        "layout": Layout(known["layout"]),
        "state": JobState(known["state"]),
        "on_error": OnError(known["on_error"]) if known["on_error"] else None,
        "error": orjson.loads(known["error"]) if known["error"] else None,
    }
    return Job(**known, placing=Placing(**placing), told_in=options["told_in"], file_name=options.get("file_name", ""))


def options_of(placing: Placing, *, told_in: str, file_name: str = "") -> str:
    """What `job_of` reads again."""
    return orjson.dumps({**asdict(placing), "told_in": told_in, "file_name": file_name}).decode()


def error_of(refusal: DomainError | str) -> str:
    """A refusal, or the code of a text, as a job keeps it."""
    if isinstance(refusal, str):
        return orjson.dumps({"code": refusal}).decode()
    return orjson.dumps({"code": refusal.code, **refusal.fields()}, default=str).decode()


def error_message(error: Mapping[str, Any], language: str) -> str:
    """In words."""
    known: dict[str, type[DomainError]] = {one.code: one for one in (FileUnusable, NotAllowed)}
    values = {name: value for name, value in error.items() if name != "code"}
    if error["code"] in known:
        return message(known[error["code"]](**values), language)
    return text(str(error["code"]), language)

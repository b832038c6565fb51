"""The audit entry of a write, in the transaction of that write."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from uuid import UUID

import orjson

from domain.audit.entries import SECRET, VALUES, Entry, actor_of
from domain.shared.caller import caller
from domain.shared.clock import now
from domain.shared.database import connection, run
from domain.shared.ids import new_id
from domain.shared.logs import request_id
from domain.shared.secrets import secret_for
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

Subject: TypeAlias = tuple[str, UUID]
"""The type of a thing, as `signing_key`, and its id."""

_COLUMNS = (*VALUES, "seal")
_INSERT = f"""INSERT INTO audit_entry ({", ".join(_COLUMNS)})
              VALUES ({", ".join(f"${number}" for number, _ in enumerate(_COLUMNS, 1))})"""


class NotRecorded(Exception):
    """The database took an entry and did not store it. The write that it tells of must not be either."""


async def record(
    viewer: Viewer,
    action: str,
    *,
    subject: Subject,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Store that `viewer` did `action` to `subject`. Values must hold no personal data and no secret.

    Raises NotRecorded.
    """
    require_transaction("record")
    entry, key = _entry(viewer, action, subject, before=before, after=after), await secret_for(SECRET)
    _require_stored(await run(_INSERT, *entry.values(), entry.seal(key)), of=1)


async def record_many(viewer: Viewer, action: str, done: Iterable[tuple[Subject, Mapping[str, object]]]) -> None:
    """Store, as `record` does, that `viewer` did `action` to each subject, with its values afterwards. One statement.

    Raises NotRecorded.
    """
    await record_changes(viewer, action, ((subject, None, after) for subject, after in done))


async def record_changes(
    viewer: Viewer, action: str, done: Iterable[tuple[Subject, Mapping[str, object] | None, Mapping[str, object]]]
) -> None:
    """As `record_many`, with the values of each subject before and afterwards. One statement."""
    require_transaction("record_many")
    key = await secret_for(SECRET)
    entries = [_entry(viewer, action, subject, before=before, after=after) for subject, before, after in done]
    async with connection() as raw:
        copied: str = await raw.copy_records_to_table(
            "audit_entry", records=[(*entry.values(), entry.seal(key)) for entry in entries], columns=_COLUMNS
        )
    _require_stored(int(copied.removeprefix("COPY ")), of=len(entries))


def _require_stored(stored: int, *, of: int) -> None:
    if stored != of:
        raise NotRecorded(f"{of - stored} of {of} audit entries were not stored: something in the database prevents it")


def _entry(
    viewer: Viewer,
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Entry:
    actor_kind, actor_id = actor_of(viewer)
    return Entry(
        id=new_id(),
        at=now(),
        actor_kind=actor_kind,
        actor_id=actor_id,
        action=action,
        subject_type=subject[0],
        subject_id=subject[1],
        before=_json(before),
        after=_json(after),
        network=caller().network,
        request_id=request_id(),
    )


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS).decode()

"""What somebody did, and what was done to them, for the copy of their data."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from domain.shared.database import rows

_ENTRIES = """SELECT at, action, subject_type, subject_id, before, after, network, actor_kind,
                     actor_id IS NOT DISTINCT FROM $1 AS by_you
              FROM audit_entry WHERE actor_id = $1 OR subject_id = ANY($2) ORDER BY serial DESC LIMIT $3"""
MOST = 100_000
"""Entries in one copy: only who works here for years has more."""


async def personal_data(person_id: UUID, things: Sequence[UUID]) -> list[dict[str, Any]]:
    """Entries by them, about them and about their `things`, oldest first: the newest `MOST` of them. One statement.

    Of others who acted only the kind is told, and not from where.
    """
    found = await rows(_ENTRIES, person_id, [person_id, *things], MOST)
    return [
        {
            **entry,
            "before": _read(entry["before"]),
            "after": _read(entry["after"]),
            "network": entry["network"] if entry["by_you"] else None,
        }
        for entry in reversed(found)
    ]


def _read(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)

"""In which groups somebody is, and what they had analysed, for the copy of their data."""

from typing import Any
from uuid import UUID

import orjson

from domain.shared.database import rows

_SEGMENTS = """SELECT s.name AS segment, r.state, r.created_at FROM segment_member m
               JOIN customer_segment s ON s.id = m.segment_id JOIN segment_run r ON r.id = s.run_id
               WHERE m.customer_id = $1 ORDER BY r.created_at, r.id"""
_REPORTS = """SELECT id, kind, parameters, state, created_at, finished_at FROM report
              WHERE requested_by_id = $1 ORDER BY id"""


async def personal_data(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The customer segments that they are in, and the reports that they asked for as an analyst."""
    return {
        "segments": [dict(one) for one in await rows(_SEGMENTS, person_id)],
        "reports": [{**one, "parameters": orjson.loads(one["parameters"])} for one in await rows(_REPORTS, person_id)],
    }


async def report_ids_of(person_id: UUID) -> list[UUID]:
    """For what is recorded of the reports."""
    return [one["id"] for one in await rows("SELECT id FROM report WHERE requested_by_id = $1 ORDER BY id", person_id)]

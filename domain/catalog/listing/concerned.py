"""Listing products anew after something that many of them show was renamed or moved."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.catalog.listing.refresh import refresh_listings
from domain.shared.database import rows, value
from domain.shared.inbox import first_time
from domain.shared.settings import settings
from domain.shared.transactions import use_case

CONSUMER: Final = "refresh_concerned"
CHUNK: Final = 500

_CONCERNED: Final = {
    "category": """category_id IN (
        WITH RECURSIVE below AS (
          SELECT id FROM category WHERE id = $1
          UNION ALL SELECT c.id FROM category c JOIN below b ON c.parent_id = b.id)
        SELECT id FROM below)""",
    "attribute": """attributes ? (SELECT code FROM attribute WHERE id = $1)
        OR EXISTS (SELECT FROM catalog_text t JOIN attribute a ON t.field = 'attribute.' || a.code
                   WHERE a.id = $1 AND t.owner_id = p.id)""",
    "choice": """EXISTS (SELECT FROM attribute_choice c JOIN attribute a ON a.id = c.attribute_id
                         WHERE c.id = $1 AND p.attributes->>a.code = c.code)""",
    "option": """EXISTS (SELECT FROM variant v CROSS JOIN jsonb_each_text(v.options) o
                         JOIN catalog_text t ON t.owner_id = $1 AND t.field = 'name' AND t.language = $4
                           AND lower(CASE t.owner_kind WHEN 'option' THEN o.key ELSE o.value END) = lower(t.value)
                         WHERE v.product_id = p.id)""",
}
"""By the type of an event's subject."""


async def refresh_concerned(event_id: UUID, subject_id: UUID) -> None:
    """List all products anew that show the thing, chunk by chunk, each in a transaction of its own.

    Listing a product twice changes nothing, so whoever begins anew after a crash does no harm.
    """
    subject_type: str = await value("SELECT subject_type FROM event WHERE id = $1", event_id)
    after: UUID | None = None
    while found := await _concerned(subject_type, subject_id, after):
        await use_case(refresh_listings)(found)
        after = found[-1]
    await _done(event_id)


async def _concerned(subject_type: str, subject_id: UUID, after: UUID | None) -> Sequence[UUID]:
    """The next of them, by their ids."""
    own = (settings().default_language,) if subject_type == "option" else ()
    found = await rows(
        f"""SELECT p.id FROM product p WHERE ($2::uuid IS NULL OR p.id > $2) AND ({_CONCERNED[subject_type]})
            ORDER BY p.id LIMIT $3""",
        subject_id,
        after,
        CHUNK,
        *own,
    )
    return [one["id"] for one in found]


@use_case
async def _done(event_id: UUID) -> None:
    await first_time(CONSUMER, event_id)

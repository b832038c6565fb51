"""What a file says of a product only because an export wrote it so: layouts hold less than the shop knows.

Where the product, written once more, would read as the file does, nothing is meant to change: neither a status that the
layout has no word for, nor blanks that HTML does not keep, nor a tag with a comma in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.bulk.importing.lookups import Names
from domain.bulk.kinds import Layout
from domain.bulk.layouts.drafts import ProductDraft
from domain.bulk.layouts.hanse_products import tags_of
from domain.bulk.layouts.hanse_products_out import tags_text
from domain.bulk.layouts.html_text import html_of, text_of
from domain.bulk.layouts.paths import path_of, path_text
from domain.catalog.products.change import PublicationStatus
from domain.shared.database import rows
from domain.shared.settings import settings

_PRESENT = """
    SELECT p.id, p.tags, p.category_id, coalesce(t.value, '') AS description,
           (SELECT coalesce(jsonb_object_agg(channel, status), '{}') FROM publication WHERE product_id = p.id) AS statuses,
           array(SELECT lower(sku) FROM variant WHERE product_id = p.id ORDER BY position, id) AS skus
    FROM product p
    LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (p.id, 'description', $2)
    WHERE p.id = ANY($1)"""
_AS_WRITTEN = {"live": PublicationStatus.LIVE, "archived": PublicationStatus.ARCHIVED}


@dataclass(frozen=True, slots=True)
class _Present:
    tags: Sequence[str]
    category_id: UUID
    description: str
    statuses: Mapping[str, str]
    skus: Sequence[str]


async def leave_what_was_said(drafts: Mapping[UUID, ProductDraft], names: Names, layout: Layout) -> None:
    """Take out of the drafts, which are by the products that they mean, what says nothing new. One statement."""
    for one in await rows(_PRESENT, list(drafts), settings().default_language):
        draft = drafts[one["id"]]
        present = _Present(
            orjson.loads(one["tags"]),
            one["category_id"],
            one["description"],
            orjson.loads(one["statuses"]),
            one["skus"],
        )
        if draft.tags is not None and draft.tags == tags_of(tags_text(present.tags) or None):
            draft.tags = None
        if layout is Layout.SHOPIFY:
            _leave_in_shopifys(draft, present, names)


def _leave_in_shopifys(draft: ProductDraft, present: _Present, names: Names) -> None:
    description = ("description", settings().default_language)
    if draft.texts.get(description) == text_of(html_of(present.description)):
        del draft.texts[description]
    if draft.category_path == path_of(path_text(names.ways.get(present.category_id, ()))):
        draft.category_path = ()
    _leave_positions(draft, present.skus)
    _leave_publications(draft, present.statuses)


def _leave_positions(draft: ProductDraft, skus: Sequence[str]) -> None:
    """Rows have an order and no numbers: variants that are all there, in this order, stay where they are."""
    given = [one.sku.lower() for one in draft.variants]
    if given == [one for one in skus if one in set(given)]:
        for variant in draft.variants:
            variant.position = None


def _leave_publications(draft: ProductDraft, statuses: Mapping[str, str]) -> None:
    """Scheduled and archived are written as draft, or as not included in a market; so is a product that is not there."""
    own = next((channel for channel in draft.publications if channel not in draft.included), None)
    if own is None:
        return
    shown, was = draft.publications[own].status, _AS_WRITTEN.get(statuses.get(own, ""), PublicationStatus.DRAFT)
    for channel in list(draft.publications):
        is_live = statuses.get(channel) == PublicationStatus.LIVE
        if channel == own:
            is_said = shown == was
        else:
            is_hidden = not draft.included[channel] and not is_live and shown is not PublicationStatus.ARCHIVED
            is_said = is_hidden or (shown, draft.included[channel]) == (was, is_live)
        if is_said:
            del draft.publications[channel]

"""What the tables of the catalogue say of products: all that a list shows, filters, counts and searches by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson

from domain.catalog.texts.queries import option_text_id
from domain.shared.database import rows

Texts: TypeAlias = Mapping[UUID, Mapping[str, Mapping[str, str]]]
"""By owner, language and field."""


@dataclass(frozen=True, slots=True)
class Source:
    """A product as its tables have it. `channels` are those in which it is live; the path leads from its category up."""

    id: UUID
    slug: str
    category_id: UUID
    supplier_id: UUID
    created_at: datetime
    attributes: dict[str, object]
    tags: list[str]
    options: list[tuple[str, str]]
    category_path: list[UUID]
    channels: list[str]
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class AttributeSource:
    id: UUID
    code: str
    kind: str
    is_filterable: bool
    choices: dict[str, UUID]


_PRODUCTS = """
    WITH RECURSIVE above AS (
      SELECT id AS start, id, parent_id, 0 AS depth FROM category
      WHERE id IN (SELECT category_id FROM product WHERE id = ANY($1))
      UNION ALL
      SELECT a.start, c.id, c.parent_id, a.depth + 1 FROM above a JOIN category c ON c.id = a.parent_id),
    path AS (SELECT start, array_agg(id ORDER BY depth) AS ids FROM above GROUP BY start),
    live AS (
      SELECT product_id, array_agg(channel::text ORDER BY channel) AS channels FROM publication
      WHERE product_id = ANY($1) AND status = 'live' GROUP BY product_id),
    choice AS (SELECT product_id, jsonb_agg(options ORDER BY position, id) AS options FROM variant
      WHERE product_id = ANY($1) GROUP BY product_id),
    picture AS (
      SELECT DISTINCT ON (product_id) product_id, id FROM media
      WHERE product_id = ANY($1) AND state = 'ready' ORDER BY product_id, position, id)
    SELECT p.id, p.slug, p.category_id, p.supplier_id, p.created_at, p.attributes, p.tags,
           coalesce(choice.options, '[]') AS options, path.ids AS category_path,
           CASE WHEN p.approval = 'approved' THEN coalesce(live.channels, '{}') ELSE '{}' END AS channels,
           picture.id AS media_id
    FROM product p JOIN path ON path.start = p.category_id
    LEFT JOIN live ON live.product_id = p.id LEFT JOIN choice ON choice.product_id = p.id
    LEFT JOIN picture ON picture.product_id = p.id
    WHERE p.id = ANY($1) ORDER BY p.id"""


async def sources(product_ids: Sequence[UUID]) -> list[Source]:
    """Those that exist, by their ids. One statement."""
    return [
        Source(
            id=one["id"],
            slug=one["slug"],
            category_id=one["category_id"],
            supplier_id=one["supplier_id"],
            created_at=one["created_at"],
            attributes=orjson.loads(one["attributes"]),
            tags=orjson.loads(one["tags"]),
            options=_options(orjson.loads(one["options"])),
            category_path=one["category_path"],
            channels=one["channels"],
            media_id=one["media_id"],
        )
        for one in await rows(_PRODUCTS, list(product_ids))
    ]


async def attributes_used(found: Iterable[Source]) -> dict[str, AttributeSource]:
    """The attributes that the products have, by code. One statement."""
    known = await rows(
        """SELECT a.id, a.code, a.kind, a.is_filterable,
             coalesce(jsonb_object_agg(c.code, c.id) FILTER (WHERE c.id IS NOT NULL), '{}') AS choices
           FROM attribute a LEFT JOIN attribute_choice c ON c.attribute_id = a.id
           WHERE a.code = ANY($1) GROUP BY a.id""",
        sorted({code for one in found for code in one.attributes}),
    )
    return {
        one["code"]: AttributeSource(
            one["id"],
            one["code"],
            one["kind"],
            one["is_filterable"],
            {code: UUID(id) for code, id in orjson.loads(one["choices"]).items()},
        )
        for one in known
    }


async def texts_used(found: Iterable[Source], attributes: Mapping[str, AttributeSource]) -> Texts:
    """The texts of the products and of all that they are described by, in every language. One statement."""
    owners = {owner for one in found for owner in _owners(one, attributes)}
    grouped: dict[UUID, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for one in await rows(
        "SELECT owner_id, language, field, value FROM catalog_text WHERE owner_id = ANY($1)", list(owners)
    ):
        grouped[one["owner_id"]][one["language"]][one["field"]] = one["value"]
    return grouped


def _owners(source: Source, attributes: Mapping[str, AttributeSource]) -> Iterable[UUID]:
    yield source.id
    yield from source.category_path
    for code, value in source.attributes.items():
        if code in attributes:
            yield attributes[code].id
            if (choice := attributes[code].choices.get(str(value))) is not None:
                yield choice
    for name, value in source.options:
        yield option_text_id(name)
        yield option_text_id(name, value)


def _options(of_variants: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Each name with each value that some variant has, once."""
    return list(dict.fromkeys(pair for options in of_variants for pair in options.items()))

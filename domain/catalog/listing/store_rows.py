"""Writing the rows of the listing."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from domain.catalog.listing.documents import Described
from domain.catalog.listing.sources import Source, Texts
from domain.catalog.listing.words import configuration
from domain.shared.clock import now
from domain.shared.database import run

_COLUMNS = (
    *("slug", "category_id", "category_path", "supplier_id", "channels", "names", "media_id", "created_at", "facets"),
    *("number_ids", "number_values", "heading", "document"),
)
_STORE = f"""
    WITH given AS (
      SELECT g.product_id, g.language,
             to_tsvector(g.configuration::regconfig, g.names) AS names,
             to_tsvector(g.configuration::regconfig, g.descriptors) AS descriptors,
             to_tsvector(g.configuration::regconfig, g.description) || to_tsvector('hanse_simple', g.characters) AS others,
             CASE WHEN g.configuration <> 'hanse_simple' THEN to_tsvector('hanse_simple', g.names) END AS spelt
      FROM unnest($14::uuid[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
        AS g(product_id, language, configuration, names, descriptors, description, characters)),
    heading AS (
      SELECT product_id, string_agg(
               format('%L:%s%s', replace(g.tag || v.lexeme, E'\\\\', ''), least(v.positions[1], 16000), g.weight), ' '
             )::tsvector AS words
      FROM (SELECT product_id, language || '.' AS tag, names AS vector, 'A' AS weight FROM given
            UNION ALL SELECT product_id, language || '.', descriptors, 'B' FROM given
            UNION ALL SELECT product_id, language || ':', spelt, 'B' FROM given) g
      CROSS JOIN LATERAL unnest(g.vector) AS v GROUP BY product_id),
    document AS (
      SELECT product_id, array_to_tsvector(array_agg(DISTINCT g.tag || v.lexeme)) AS words
      FROM (SELECT product_id, language || '.' AS tag, names || descriptors || others AS vector FROM given
            UNION ALL SELECT product_id, language || ':', spelt FROM given) g
      CROSS JOIN LATERAL unnest(g.vector) AS v GROUP BY product_id)
    INSERT INTO product_listing AS p (product_id, prices, sold, indexed_at, {", ".join(_COLUMNS)})
    SELECT g.id, '{{}}', 0, $13, g.slug, g.category_id, g.path::uuid[], g.supplier_id, g.channels::text[], g.names::jsonb,
           g.media_id, g.created_at, g.facets::bigint[], g.number_ids::bigint[], g.number_values::float8[],
           coalesce(h.words, ''), coalesce(d.words, '')
    FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[],
                $9::timestamptz[], $10::text[], $11::text[], $12::text[])
      AS g(id, slug, category_id, path, supplier_id, channels, names, media_id, created_at, facets, number_ids,
           number_values)
    LEFT JOIN heading h ON h.product_id = g.id LEFT JOIN document d ON d.product_id = g.id
    ORDER BY g.id
    ON CONFLICT (product_id) DO UPDATE SET
      indexed_at = excluded.indexed_at, {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
    WHERE p.indexed_at IS NULL OR ({", ".join(f"p.{name}" for name in _COLUMNS)})
      IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COLUMNS)})"""


async def store_rows(found: Sequence[Source], all_described: Sequence[Described], texts: Texts) -> None:
    """Make or change the rows of these products. What prices, stock, sales and reviews have set in them stays; a row that
    says all this already is not written. One statement.
    """
    documents = [
        (source.id, document) for source, one in zip(found, all_described, strict=True) for document in one.documents
    ]
    await run(
        _STORE,
        [one.id for one in found],
        [one.slug for one in found],
        [one.category_id for one in found],
        [_array(one.category_path) for one in found],
        [one.supplier_id for one in found],
        [_array(f'"{channel}"' for channel in one.channels) for one in found],
        [orjson.dumps(_names(texts.get(one.id, {}))).decode() for one in found],
        [one.media_id for one in found],
        [one.created_at for one in found],
        [_array(dict.fromkeys(facet.id for facet in one.facets)) for one in all_described],
        [_array(one.numbers) for one in all_described],
        [_array(one.numbers.values()) for one in all_described],
        now(),
        [product_id for product_id, _ in documents],
        [one.language for _, one in documents],
        [configuration(one.language) for _, one in documents],
        [one.names for _, one in documents],
        [one.descriptors for _, one in documents],
        [one.description for _, one in documents],
        [one.characters for _, one in documents],
    )


def _names(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {language: fields["name"] for language, fields in texts.items() if "name" in fields}


def _array(values: Iterable[object]) -> str:
    """PostgreSQL's spelling of an array, since arrays of arrays must all be as long."""
    return "{" + ",".join(map(str, values)) + "}"

"""How far the translations are, and what there is left to do. Only texts that have a source count."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.catalog.texts.given import languages_of_the_shop
from domain.catalog.texts.owners import own_suppliers
from domain.catalog.texts.rules import checked_language
from domain.shared.database import rows
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings
from domain.shared.viewer import Viewer


class TranslationState(StrEnum):
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Progress:
    """Of `total` texts of one kind of thing, `stale` translations were made from another source than the present one."""

    owner_kind: str
    language: str
    total: int
    missing: int
    stale: int


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A text in the shop's language, and its translation if there is a stale one. `name` is what its thing is called."""

    owner_kind: str
    owner_id: UUID
    field: str
    name: str | None
    source: str
    source_digest: str
    translation: str | None


@dataclass(frozen=True)
class UntranslatedFilter:
    language: str
    owner_kind: str | None = None
    states: frozenset[TranslationState] = frozenset(TranslationState)


Key: TypeAlias = tuple[str, UUID, str]
"""Kind, owner and field: the place of a text in the list."""

_SEEN = """($2::uuid[] IS NULL
    OR s.owner_kind = 'product' AND EXISTS (SELECT FROM product p WHERE p.id = s.owner_id AND p.supplier_id = ANY($2))
    OR s.owner_kind = 'media' AND EXISTS (SELECT FROM media m JOIN product p ON p.id = m.product_id
                                          WHERE m.id = s.owner_id AND p.supplier_id = ANY($2)))"""


async def translation_progress(viewer: Viewer) -> list[Progress]:
    """Of each kind that has texts, into each other language of the shop; for a supplier, of their products alone.

    One statement. Raises NotSignedIn, NotAllowed.
    """
    suppliers, own = own_suppliers(viewer), settings().default_language
    found = await rows(
        f"""WITH source AS (
              SELECT s.owner_kind, s.owner_id, s.field, md5(s.value) AS digest
              FROM catalog_text s WHERE s.language = $1 AND {_SEEN}),
            total AS (SELECT owner_kind, count(*) AS texts FROM source GROUP BY 1),
            done AS (
              SELECT s.owner_kind, t.language::text AS language, count(*) AS texts,
                     count(*) FILTER (WHERE t.source_digest IS DISTINCT FROM s.digest) AS stale
              FROM source s JOIN catalog_text t ON (t.owner_id, t.field) = (s.owner_id, s.field) AND t.language = ANY($3)
              GROUP BY 1, 2)
            SELECT total.owner_kind, l.language, total.texts AS total,
                   total.texts - coalesce(done.texts, 0) AS missing, coalesce(done.stale, 0) AS stale
            FROM total CROSS JOIN unnest($3::text[]) WITH ORDINALITY AS l(language, place)
            LEFT JOIN done ON done.owner_kind = total.owner_kind AND done.language = l.language
            ORDER BY l.place, total.owner_kind""",
        own,
        suppliers,
        [one for one in await languages_of_the_shop() if one != own],
    )
    return [Progress(**one) for one in found]


async def untranslated(
    viewer: Viewer, wanted: UntranslatedFilter, *, first: int, after: Key | None
) -> list[Untranslated]:
    """A page of the texts that are missing or stale in a language, behind the key `after`. One statement.

    Raises NotSignedIn, NotAllowed, InvalidInput.
    """
    suppliers, language = own_suppliers(viewer), await _other_language(wanted.language)
    found = await rows(
        f"""SELECT s.owner_kind, s.owner_id, s.field, n.value AS name, s.value AS source,
                   md5(s.value) AS source_digest, t.value AS translation
            FROM catalog_text s
            LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (s.owner_id, s.field, $3)
            LEFT JOIN catalog_text n ON (n.owner_id, n.field, n.language) = (s.owner_id, 'name', $1)
            WHERE s.language = $1 AND {_SEEN} AND ($4::text IS NULL OR s.owner_kind = $4)
              AND CASE WHEN t.id IS NULL THEN $5 ELSE $6 AND t.source_digest IS DISTINCT FROM md5(s.value) END
              AND ($7::text IS NULL OR (s.owner_kind, s.owner_id, s.field) > ($7, $8::uuid, $9))
            ORDER BY s.owner_kind, s.owner_id, s.field LIMIT $10""",
        settings().default_language,
        suppliers,
        language,
        wanted.owner_kind,
        TranslationState.MISSING in wanted.states,
        TranslationState.STALE in wanted.states,
        *(after or (None, None, None)),
        first,
    )
    return [Untranslated(**one) for one in found]


async def _other_language(language: str) -> str:
    known: Sequence[str] = await languages_of_the_shop()
    if language == settings().default_language:
        raise InvalidInput(field="language", rule="sourceLanguage", limit=language)
    return checked_language(language, known, path="language")

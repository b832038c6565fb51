"""Reading texts of the catalogue, each by one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from domain.shared.database import rows
from domain.shared.settings import settings

_OPTIONS: Final = UUID("6f0f1f5c-2a52-5d0c-9a53-2d5f0a9d6c11")


@dataclass(frozen=True, slots=True)
class StoredText:
    field: str
    language: str
    value: str
    is_stale: bool


async def texts(owner_ids: Sequence[UUID], field: str, languages: Sequence[str]) -> dict[UUID, str]:
    """The field of each thing in the first of `languages` that it has; things that have it in none are missing."""
    found = await rows(
        """SELECT DISTINCT ON (owner_id) owner_id, value FROM catalog_text
           WHERE owner_id = ANY($1) AND field = $2 AND language = ANY($3)
           ORDER BY owner_id, array_position($3, language::text)""",
        list(owner_ids),
        field,
        list(languages),
    )
    return {one["owner_id"]: one["value"] for one in found}


async def texts_by_field(owner_ids: Sequence[UUID], languages: Sequence[str]) -> dict[UUID, dict[str, str]]:
    """As `texts`, every field of each thing."""
    found = await rows(
        """SELECT DISTINCT ON (owner_id, field) owner_id, field, value FROM catalog_text
           WHERE owner_id = ANY($1) AND language = ANY($2)
           ORDER BY owner_id, field, array_position($2, language::text)""",
        list(owner_ids),
        list(languages),
    )
    grouped: dict[UUID, dict[str, str]] = defaultdict(dict)
    for one in found:
        grouped[one["owner_id"]][one["field"]] = one["value"]
    return grouped


async def every_text(owner_ids: Sequence[UUID]) -> dict[UUID, list[StoredText]]:
    """All texts of each thing in every language, by field and language."""
    found = await rows(
        """SELECT t.owner_id, t.field, t.language, t.value,
                  t.language <> $2 AND t.source_digest IS DISTINCT FROM coalesce(md5(s.value), '') AS is_stale
           FROM catalog_text t
           LEFT JOIN catalog_text s ON (s.owner_id, s.field, s.language) = (t.owner_id, t.field, $2)
           WHERE t.owner_id = ANY($1) ORDER BY t.owner_id, t.field, t.language""",
        list(owner_ids),
        settings().default_language,
    )
    grouped: dict[UUID, list[StoredText]] = defaultdict(list)
    for one in found:
        grouped[one["owner_id"]].append(StoredText(one["field"], one["language"], one["value"], one["is_stale"]))
    return grouped


@lru_cache(maxsize=20_000)
def option_text_id(name: str, value: str | None = None) -> UUID:
    """Whose texts the names of an option (or of one of its values) are: the same for every product of the shop, however
    it writes the case."""
    return uuid5(_OPTIONS, _folded(name) if value is None else f"{_folded(name)}\n{_folded(value)}")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()

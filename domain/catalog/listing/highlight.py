"""Where the words that were looked for stand in names and descriptions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from domain.catalog.listing.asked import Asked, quoted
from domain.catalog.listing.words import configuration, has_cjk
from domain.channels.storefront import Storefront
from domain.shared.database import rows

_START, _STOP = "\x02", "\x03"
"""Marks that no text of the catalogue holds: it refuses control characters (`texts/rules.py`)."""
_MARKED: Final = re.compile(f"{_START}(.*?){_STOP}", re.DOTALL)
_FRAGMENT: Final = 160
"""Characters of a description that are shown around a Chinese word."""


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """Texts in parts, each in the language in which it is shown; empty where they hold none of the words."""

    name: list[Part] = field(default_factory=list)
    description: list[Part] = field(default_factory=list)


_HEADLINES = f"""
    SELECT DISTINCT ON (t.owner_id, t.field) t.owner_id, t.field,
           ts_headline(g.configuration::regconfig, t.value,
             to_tsquery(g.configuration::regconfig, $4) || to_tsquery('hanse_simple', $5),
             'StartSel={_START}, StopSel={_STOP}, '
             || CASE t.field WHEN 'name' THEN 'HighlightAll=true' ELSE 'MaxFragments=1, MaxWords=30, MinWords=10' END
           ) AS text, t.value
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS g(language, configuration, preference)
    JOIN catalog_text t ON t.language = g.language AND t.owner_id = ANY($1) AND t.field IN ('name', 'description')
    ORDER BY t.owner_id, t.field, g.preference"""


async def highlights(product_ids: Sequence[UUID], question: Asked, *, shop: Storefront) -> dict[UUID, Marked]:
    """By product. One statement."""
    found = await rows(
        _HEADLINES,
        list(product_ids),
        list(shop.languages),
        [configuration(one) for one in shop.languages],
        " | ".join(map(quoted, question.words)),
        question.beginning,
    )
    chinese = [word for word in question.words if has_cjk(word)]
    marked: dict[UUID, dict[str, list[Part]]] = {}
    for one in found:
        text = _with_chinese(one["value"], chinese, one["field"]) if _holds(one["value"], chinese) else one["text"]
        marked.setdefault(one["owner_id"], {})[one["field"]] = _parts(text)
    return {id: Marked(**fields) for id, fields in marked.items()}


def _parts(text: str) -> list[Part]:
    if _START not in text:
        return []
    pieces = _MARKED.split(text)
    return [Part(piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece]


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _with_chinese(text: str, words: Sequence[str], kind: str) -> str:
    """PostgreSQL sees a Chinese sentence as one word, so words are marked where they stand letter by letter."""
    pattern = re.compile("|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)))
    if kind != "name" and (first := pattern.search(text)):
        begin = max(0, first.start() - _FRAGMENT // 4)
        text = text[begin : begin + _FRAGMENT]
    return pattern.sub(lambda match: f"{_START}{match.group()}{_STOP}", text)

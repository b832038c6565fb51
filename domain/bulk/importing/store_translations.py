"""Translations into the shop, a batch at a time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.bulk.importing.lookups import Names
from domain.bulk.importing.outcome import Outcome
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.sift import sift
from domain.bulk.layouts.drafts import Entry, TranslationRow
from domain.bulk.problems import Problem, Reach
from domain.catalog.texts import translate
from domain.catalog.texts.given import Translation
from domain.catalog.texts.rules import TextKind, is_field
from domain.catalog.texts.translate import Translated
from domain.shared.database import rows
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

_SOURCES = """
    SELECT g.owner_id, g.field, t.value FROM unnest($1::uuid[], $2::text[]) AS g(owner_id, field)
    LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (g.owner_id, g.field, $3)
    LEFT JOIN media m ON m.id = g.owner_id
    LEFT JOIN product p ON p.id = coalesce(m.product_id, g.owner_id)
    WHERE ($4::uuid IS NULL OR p.supplier_id = $4)
      AND EXISTS (SELECT FROM catalog_text k WHERE k.owner_id = g.owner_id)"""

_Sources = Mapping[tuple[UUID, str], str | None]
"""None for a text that the thing, which has others, does not have."""


async def store_translations(
    viewer: Viewer, entries: Sequence[Entry[TranslationRow]], _names: Names, plan: ImportPlan
) -> list[Outcome]:
    """Store the translations, and say of each row what became of it.

    A text that changed since the file was written is wrong in the column `source`. Where bad fields are ignored, its
    translation is stored all the same, and counts as stale.
    """
    require_transaction("store_translations")
    sources = await _sources(entries, plan)
    outcomes: list[Outcome] = []
    changes: list[tuple[Translated, Entry[TranslationRow], Outcome]] = []
    for entry in entries:
        change = None if entry.draft is None else _change(entry, entry.draft, sources, plan)
        outcome = Outcome(lost=sift(entry, plan.on_error))
        outcomes.append(outcome)
        if change is not None and not outcome.lost:
            changes.append((change, entry, outcome))
    answers = await translate.store_translations(viewer, [one for one, _, _ in changes]) if changes else []
    for answer, (_, entry, outcome) in zip(answers, changes, strict=True):
        if isinstance(answer, DomainError):
            _refuse(answer, entry, outcome)
        else:
            outcome.changed = answer
    return outcomes


async def _sources(entries: Sequence[Entry[TranslationRow]], plan: ImportPlan) -> _Sources:
    wanted = {(owner_id, one.draft.field) for one in entries if one.draft and (owner_id := _id(one.draft.id))}
    found = await rows(
        _SOURCES,
        [owner_id for owner_id, _ in wanted],
        [field for _, field in wanted],
        settings().default_language,
        plan.supplier_id,
    )
    return {(one["owner_id"], one["field"]): one["value"] for one in found}


def _change(
    entry: Entry[TranslationRow], row: TranslationRow, sources: _Sources, plan: ImportPlan
) -> Translated | None:
    """None for what cannot be stored; why stands among the entry's problems."""
    owner_id = _id(row.id)
    if row.kind not in list(TextKind):
        _note(entry, "kind", "oneOf", ", ".join(TextKind))
    elif not is_field(row.kind, row.field):
        _note(entry, "field", "translatable", row.kind)
    elif owner_id is None or (owner_id, row.field) not in sources:
        _note(entry, "id", "unknown", row.id)
    elif (source := sources[owner_id, row.field]) is None:
        _note(entry, "field", "source", settings().default_language)
    else:
        made_from = source if row.source is None else _same_breaks(row.source)
        if made_from != source:
            entry.problems.append(
                Problem(entry.rows[0].line, "source", InvalidInput(field="source", rule="sourceChanged"))
            )
        digest = hashlib.md5(made_from.encode(), usedforsecurity=False).hexdigest()
        given = Translation(row.field, plan.language or "", row.translation, digest)
        return Translated(row.kind, owner_id, (given,))
    return None


def _refuse(refusal: DomainError, entry: Entry[TranslationRow], outcome: Outcome) -> None:
    line, column = entry.rows[0].line, "translation" if isinstance(refusal, InvalidInput) else "id"
    named = replace(refusal, field=column) if isinstance(refusal, InvalidInput) else refusal
    outcome.lost.add(line)
    outcome.problems.append(Problem(line, column, named, "", Reach.ROW))


def _note(entry: Entry[TranslationRow], column: str, rule: str, limit: str) -> None:
    error = InvalidInput(field=column, rule=rule, limit=limit)
    value = entry.rows[0].cells.get(column, "")
    entry.problems.append(Problem(entry.rows[0].line, column, error, value, Reach.ROW))


def _same_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

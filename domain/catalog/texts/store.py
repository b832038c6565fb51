"""Writing texts of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction


@dataclass(frozen=True, slots=True)
class TextChange:
    """The text of one field in one language; an empty `value` removes it.

    `source_digest` names the source that a translation was made from (`digest_of`); None: the one that stands.
    """

    owner_kind: str
    owner_id: UUID
    field: str
    language: str
    value: str
    source_digest: str | None = None


_STORE = """
    WITH given AS (
      SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $10::text[])
        AS g(n, id, owner_kind, owner_id, field, language, value, made_from)),
    source AS (
      SELECT f.owner_id, f.field, coalesce(md5(nullif(coalesce(g.value, s.value), '')), '') AS digest
      FROM (SELECT DISTINCT owner_id, field FROM given) f
      LEFT JOIN given g ON (g.owner_id, g.field, g.language) = (f.owner_id, f.field, $8)
      LEFT JOIN catalog_text s ON (s.owner_id, s.field, s.language) = (f.owner_id, f.field, $8)),
    removed AS (
      DELETE FROM catalog_text t USING given g
      WHERE g.value = '' AND (t.owner_id, t.field, t.language) = (g.owner_id, g.field, g.language) RETURNING g.n),
    stored AS (
      INSERT INTO catalog_text AS t (id, owner_kind, owner_id, field, language, value, source_digest, updated_at)
      SELECT g.id, g.owner_kind, g.owner_id, g.field, g.language, g.value,
             CASE WHEN g.language <> $8 THEN coalesce(g.made_from, s.digest) END, $9
      FROM given g JOIN source s ON (s.owner_id, s.field) = (g.owner_id, g.field)
      WHERE g.value <> '' ORDER BY g.owner_id, g.field, g.language
      ON CONFLICT (owner_id, field, language) DO UPDATE
        SET value = excluded.value, source_digest = excluded.source_digest, updated_at = excluded.updated_at
        WHERE (t.value, t.source_digest) IS DISTINCT FROM (excluded.value, excluded.source_digest)
      RETURNING t.owner_id, t.field, t.language)
    SELECT n FROM removed
    UNION ALL SELECT g.n FROM stored s JOIN given g
      ON (g.owner_id, g.field, g.language) = (s.owner_id, s.field, s.language)"""


async def store_texts(changes: Sequence[TextChange]) -> list[bool]:
    """Store all of them in one statement; for each, in their order, whether it changed anything.

    Of several changes of one text the last holds, and each of them tells what became of it. A translation that does not
    say which source it was made from is up to date with the one that the same call gives, else with the one that stands;
    storing the same translation again says that it still fits. Texts and owners must have been checked by the caller
    (`texts/rules.py`). Removing a source leaves its translations, stale until a source is there again.
    """
    require_transaction("store_texts")
    places = [(one.owner_id, one.field, one.language) for one in changes]
    last = {place: number for number, place in enumerate(places)}
    kept = [(number, changes[number]) for number in last.values()]
    found = await rows(
        _STORE,
        [number for number, _ in kept],
        [new_id() for _ in kept],
        [one.owner_kind for _, one in kept],
        [one.owner_id for _, one in kept],
        [one.field for _, one in kept],
        [one.language for _, one in kept],
        [one.value for _, one in kept],
        settings().default_language,
        now(),
        [one.source_digest for _, one in kept],
    )
    changed = {one["n"] for one in found}
    return [last[place] in changed for place in places]


def digest_of(source: str) -> str:
    """Tells two versions of a source apart; the database computes the same."""
    return md5(source.encode(), usedforsecurity=False).hexdigest()


async def remove_texts(owner_ids: Sequence[UUID]) -> None:
    """Delete every text of things that are being removed."""
    require_transaction("remove_texts")
    await run("DELETE FROM catalog_text WHERE owner_id = ANY($1)", list(owner_ids))

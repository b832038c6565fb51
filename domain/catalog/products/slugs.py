"""The addresses of products and categories, and those they had before: links go on working."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction

LONGEST: Final = {"product": 200, "category": 120}
"""By kind of thing, which is also the name of its table."""

_NUMBERS: Final = range(2, 10)
_ROOM: Final = 9
"""What a number or the end of an id may add to a slug."""


def slug_of(name: str, kind: str) -> str:
    """A slug made of a name: letters and digits of any script, in lower case, the rest as hyphens; the kind where there
    are none. Latin letters lose their accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    latin = "".join(one for one in parts if not "\u0300" <= one <= "\u036f")
    kept = "".join(one if _is_kept(one) else " " for one in unicodedata.normalize("NFC", latin).replace("'", ""))
    return "-".join(kept.split())[: LONGEST[kind] - _ROOM].strip("-") or kind


def checked_slug(slug: str, kind: str) -> str:
    """Raises InvalidInput unless it could have been made by `slug_of`, but for its length."""
    known = unicodedata.normalize("NFC", slug)
    parts = known.split("-")
    if not 1 <= len(known) <= LONGEST[kind]:
        raise InvalidInput(field="slug", rule="length", limit=f"1..{LONGEST[kind]}")
    if not all(part and all(map(_is_kept, part)) for part in parts) or known != known.lower():
        raise InvalidInput(field="slug", rule="characters", limit="a-z 0-9 -")
    return known


async def slug_owners(kind: str, slugs: Sequence[str]) -> dict[str, UUID]:
    """Who is found under each of these slugs, or was before; a present owner goes before a former one. One statement."""
    found = await rows(
        f"""SELECT slug, id AS owner_id, 1 AS place FROM {_table(kind)} WHERE slug = ANY($1)
            UNION ALL SELECT slug, owner_id, 0 FROM former_slug WHERE owner_kind = $2 AND slug = ANY($1)
            ORDER BY place""",
        list(slugs),
        kind,
    )
    return {one["slug"]: one["owner_id"] for one in found}


async def owner_by_slug(kind: str, slug: str) -> UUID | None:
    """Who is found under the slug, else who was before. One statement."""
    found: UUID | None = await value(
        f"""SELECT coalesce((SELECT id FROM {_table(kind)} WHERE slug = $1),
                            (SELECT owner_id FROM former_slug WHERE owner_kind = $2 AND slug = $1))""",
        slug,
        kind,
    )
    return found


async def free_slugs(kind: str, wanted: Sequence[str]) -> list[str]:
    """For each wanted slug, in their order, itself where it is free, else with a number or the end of an id behind it.

    No two are the same. At most two statements. Who stores one must be ready for somebody who stored it meanwhile.
    """
    taken, counted = set(await slug_owners(kind, sorted(set(wanted)))), Counter(wanted)
    if clashing := sorted(slug for slug in counted if slug in taken or counted[slug] > 1):
        taken |= set(await slug_owners(kind, [f"{slug}-{number}" for slug in clashing for number in _NUMBERS]))
    chosen = []
    for slug in wanted:
        chosen.append(_free(slug, taken))
        taken.add(chosen[-1])
    return chosen


async def keep_former_slugs(kind: str, moved: Mapping[UUID, tuple[str, str]]) -> None:
    """Note what things were called and are not any more: each with its slug before and now. Two statements.

    Who takes back a slug of its own has it as the present one only.
    """
    require_transaction("keep_former_slugs")
    await run(
        """DELETE FROM former_slug f USING unnest($1::uuid[], $2::text[]) AS g(owner_id, slug)
           WHERE f.owner_kind = $3 AND (f.owner_id, f.slug) = (g.owner_id, g.slug)""",
        list(moved),
        [present for _, present in moved.values()],
        kind,
    )
    await run(
        """INSERT INTO former_slug (id, owner_kind, owner_id, slug, until)
           SELECT g.id, $4, g.owner_id, g.slug, $5 FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS g(id, owner_id, slug)
           ON CONFLICT (owner_kind, slug) DO UPDATE SET owner_id = excluded.owner_id, until = excluded.until""",
        [new_id() for _ in moved],
        list(moved),
        [former for former, _ in moved.values()],
        kind,
        now(),
    )


async def forget_slugs(kind: str, owner_ids: Iterable[UUID]) -> None:
    """For things that are being removed."""
    require_transaction("forget_slugs")
    await run("DELETE FROM former_slug WHERE owner_kind = $1 AND owner_id = ANY($2)", kind, list(owner_ids))


def _is_kept(character: str) -> bool:
    """Letters, digits, and the marks that belong to the letters of many scripts."""
    return unicodedata.category(character)[0] in "LNM"


def _free(slug: str, taken: set[str]) -> str:
    numbered = (f"{slug}-{number}" for number in _NUMBERS)
    if slug not in taken:
        return slug
    return next((one for one in numbered if one not in taken), f"{slug}-{new_id().hex[-8:]}")


def _table(kind: str) -> str:
    """Raises KeyError for a kind without slugs: the name goes into a statement."""
    return {"product": "product", "category": "category"}[kind]

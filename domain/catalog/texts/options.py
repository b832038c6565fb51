"""The names of options and of their values, which all products of the shop share, so that "Size" is translated once."""

from collections.abc import Iterable
from typing import TypeAlias
from uuid import UUID

from domain.catalog.texts.queries import option_text_id, texts
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction

Option: TypeAlias = tuple[str, str | None]
"""The name of an option, and one of its values; None: the option itself."""


async def note_options(options: Iterable[Option]) -> None:
    """Make them translatable: as the source of each stands the spelling that came first. One statement."""
    require_transaction("note_options")
    known: dict[UUID, Option] = {}
    for name, value in options:
        known.setdefault(option_text_id(name, value), (name, value))
    await run(
        """INSERT INTO catalog_text (id, owner_kind, owner_id, field, language, value, updated_at)
           SELECT g.id, g.kind, g.owner_id, 'name', $5, g.value, $6
           FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) AS g(id, kind, owner_id, value)
           ORDER BY g.owner_id ON CONFLICT (owner_id, field, language) DO NOTHING""",
        [new_id() for _ in known],
        ["option" if value is None else "option_value" for _, value in known.values()],
        list(known),
        [name if value is None else value for name, value in known.values()],
        settings().default_language,
        now(),
    )


async def option_names(options: Iterable[Option], languages: tuple[str, ...]) -> dict[Option, str]:
    """Each as it is called in the first of `languages` that it is translated to, else as it is spelt. One statement."""
    ids = {(name, value): option_text_id(name, value) for name, value in options}
    own = settings().default_language
    found = await texts(list(set(ids.values())), "name", languages[: languages.index(own)] if own in languages else ())
    return {one: found.get(id, one[0] if one[1] is None else one[1]) for one, id in ids.items()}

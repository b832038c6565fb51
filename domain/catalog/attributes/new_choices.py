"""Choices that an attribute is about to have."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.catalog.attributes.codes import checked_code
from domain.catalog.attributes.errors import CodeTaken
from domain.catalog.texts.given import Translation, source, translated
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import rows, run_many
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction

MOST: Final = 500


@dataclass(frozen=True)
class NewChoice:
    code: str
    name: str
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True)
class PreparedChoice:
    id: UUID
    code: str
    texts: tuple[TextChange, ...]


def prepared_choices(choices: Sequence[NewChoice], languages: Sequence[str], *, path: str) -> list[PreparedChoice]:
    """Raises InvalidInput naming `<path>.<number>.<field>`, or the field alone without a path."""
    found = []
    for number, one in enumerate(choices):
        with _named(f"{path}.{number}." if path else ""):
            id, code = new_id(), checked_code(one.code)
            others = translated("choice", id, one.translations, languages=languages)
            found.append(PreparedChoice(id, code, (source("choice", id, "name", one.name), *others)))
    return found


async def store_choices(attribute_id: UUID, choices: Sequence[PreparedChoice]) -> None:
    """Behind those that the attribute has, which must be locked. Raises CodeTaken, InvalidInput (rule "most")."""
    require_transaction("store_choices")
    present = await rows("SELECT code FROM attribute_choice WHERE attribute_id = $1", attribute_id)
    taken = {one["code"] for one in present}
    for one in choices:
        if one.code in taken:
            raise CodeTaken(taken=one.code)
        taken.add(one.code)
    if len(taken) > MOST:
        raise InvalidInput(field="choices", rule="most", limit=str(MOST))
    await run_many(
        "INSERT INTO attribute_choice (id, attribute_id, code, position) VALUES ($1, $2, $3, $4)",
        [(one.id, attribute_id, one.code, number) for number, one in enumerate(choices, len(present))],
    )
    await store_texts([text for one in choices for text in one.texts])


@contextmanager
def _named(below: str) -> Iterator[None]:
    try:
        yield
    except InvalidInput as refusal:
        raise InvalidInput(field=f"{below}{refusal.field}", rule=refusal.rule, limit=refusal.limit) from refusal

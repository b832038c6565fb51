"""Texts in several languages, as somebody gives them along with the thing that they belong to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.catalog.texts.rules import checked_language, checked_text, is_field
from domain.catalog.texts.store import TextChange
from domain.channels.known import channels
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings

_DIGEST: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Translation:
    """An empty `value` removes it. `source_digest` as in `TextChange`."""

    field: str
    language: str
    value: str
    source_digest: str | None = None


async def languages_of_the_shop() -> tuple[str, ...]:
    """Its own, then those of its channels, closed ones included. No statement, but one every few seconds."""
    own = settings().default_language
    return tuple(dict.fromkeys((own, *(language for one in await channels() for language in one.languages))))


def source(owner_kind: str, owner_id: UUID, field: str, text: str) -> TextChange:
    """The text in the shop's own language. Raises InvalidInput naming the field."""
    value = checked_text(owner_kind, field, text, path=field)
    if field == "name" and not value:
        raise InvalidInput(field=field, rule="required")
    return TextChange(owner_kind, owner_id, field, settings().default_language, value)


def translated(
    owner_kind: str, owner_id: UUID, given: Sequence[Translation], *, languages: Sequence[str]
) -> list[TextChange]:
    """The changes that the translations come to. Raises InvalidInput naming `translations.<number>` and what is wrong
    with it: a text in the shop's own language is no translation, and belongs where the thing itself is changed."""
    return [_change(owner_kind, owner_id, one, languages, f"translations.{n}") for n, one in enumerate(given)]


def _change(owner_kind: str, owner_id: UUID, given: Translation, languages: Sequence[str], path: str) -> TextChange:
    if not is_field(owner_kind, given.field):
        raise InvalidInput(field=f"{path}.field", rule="translatable", limit=owner_kind)
    language = checked_language(given.language, languages, path=f"{path}.language")
    if language == settings().default_language:
        raise InvalidInput(field=f"{path}.language", rule="sourceLanguage", limit=language)
    if given.source_digest is not None and not _DIGEST.fullmatch(given.source_digest):
        raise InvalidInput(field=f"{path}.sourceDigest", rule="digest")
    value = checked_text(owner_kind, given.field, given.value, path=f"{path}.value")
    return TextChange(owner_kind, owner_id, given.field, language, value, given.source_digest)

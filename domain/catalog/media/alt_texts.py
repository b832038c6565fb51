"""The alternative texts of pictures, as somebody gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.catalog.texts.rules import checked_language, checked_text
from domain.catalog.texts.store import TextChange
from domain.channels.known import sold_languages

KIND = "media"
FIELD = "alt"


@dataclass(frozen=True)
class AltText:
    """An empty text removes the one that there is."""

    language: str
    text: str


async def checked_alt_texts(media_id: UUID, given: Sequence[AltText]) -> list[TextChange]:
    """What is to be stored. Raises InvalidInput naming `alt.<number>.language` or `alt.<number>.text`."""
    spoken = await sold_languages()
    return [
        alt_text(
            media_id,
            checked_language(one.language, spoken, path=f"alt.{number}.language"),
            checked_text(KIND, FIELD, one.text, path=f"alt.{number}.text"),
        )
        for number, one in enumerate(given)
    ]


def alt_text(media_id: UUID, language: str, text: str) -> TextChange:
    return TextChange(KIND, media_id, FIELD, language, text)

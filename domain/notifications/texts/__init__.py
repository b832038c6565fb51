"""What mails say, per language: under `<kind>.subject` one line, under `<kind>.body` what follows the greeting."""

from functools import lru_cache
from pathlib import Path

from domain.shared.messages import LANGUAGES, read_texts


def text(code: str, language: str) -> str:
    """The text under `code`, in English where the language is not spoken here. Raises KeyError for an unknown code."""
    known = _catalogues()
    return known.get(language, known["en"])[code]


@lru_cache(maxsize=1)
def _catalogues() -> dict[str, dict[str, str]]:
    return {language: read_texts(Path(__file__).parent, language) for language in LANGUAGES}

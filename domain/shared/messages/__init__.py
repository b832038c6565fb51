"""What the platform says to people, per language; codes are the keys and never change."""

from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from domain.shared.errors import DomainError

LANGUAGES = ("en", "zh-Hans")


def message(error: DomainError, language: str) -> str:
    """The error's message in `language`, or in English where that language is not spoken here.

    A refusal with a `rule` (or the `permission` that was missing) may have a message for it, under `CODE.rule`, and one
    for its limit under `CODE.rule.limit`.
    """
    values = {name: _shown(given) for name, given in error.fields().items()}
    by_rule = f"{error.code}.{values.get('rule', values.get('permission'))}"
    keys = (f"{by_rule}.{values.get('limit')}", by_rule, error.code)
    return text(next(key for key in keys if key in _catalogues()["en"]), language).format_map(values).strip()


def _shown(given: object) -> object:
    return ", ".join(map(str, given)) if isinstance(given, tuple) else given


def text(code: str, language: str) -> str:
    """The text under `code`. Raises KeyError for a code that no file has: a test keeps the files complete."""
    catalogues = _catalogues()
    return catalogues.get(language, catalogues["en"])[code]


@lru_cache(maxsize=1)
def _catalogues() -> dict[str, dict[str, str]]:
    return {language: read_texts(Path(__file__).parent, language) for language in LANGUAGES}


def read_texts(folder: Path, language: str) -> dict[str, str]:
    """The texts of one language, by code, from the `.po` file that the folder has for it."""
    with (folder / f"{language.replace('-', '_')}.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}

"""What people agree to, word for word, by purpose, version and language: one file for each purpose.

A version that somebody agreed to stays for ever, so that it can be shown what they agreed to.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.identity.errors import ConsentTextOutdated, ConsentTextUnknown
from domain.identity.privacy.purposes import Purpose


@dataclass(frozen=True)
class ConsentText:
    purpose: Purpose
    version: str
    language: str
    title: str
    text: str


def texts_in_force(language: str) -> list[ConsentText]:
    """The newest version for each purpose, in `language`, or in English where that language is not spoken here."""
    return [text_in_force(purpose, language) for purpose in Purpose]


def text_in_force(purpose: Purpose, language: str) -> ConsentText:
    return _in_language(_versions(purpose)[-1], purpose, language)


def require_in_force(purpose: Purpose, version: str) -> None:
    """Raise ConsentTextUnknown, or ConsentTextOutdated when a newer version has taken its place."""
    known = [one["version"] for one in _versions(purpose)]
    if version not in known:
        raise ConsentTextUnknown(purpose=purpose, text_version=version)
    if version != known[-1]:
        raise ConsentTextOutdated(purpose=purpose, text_version=version, version_in_force=known[-1])


def _in_language(version: dict[str, Any], purpose: Purpose, language: str) -> ConsentText:
    spoken = language if language in version else "en"
    worded = version[spoken]
    return ConsentText(purpose, version["version"], spoken, worded["title"], worded["text"].strip())


@lru_cache(maxsize=len(Purpose))
def _versions(purpose: Purpose) -> list[dict[str, Any]]:
    """Oldest first."""
    path = Path(__file__).parent / f"{purpose}.toml"
    versions: list[dict[str, Any]] = tomllib.loads(path.read_text())["versions"]
    return versions

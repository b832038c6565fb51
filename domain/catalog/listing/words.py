"""Texts as words: the same for what is indexed and for what is looked for.

Everything but letters and digits parts words, so that PostgreSQL's parser never sees addresses, fractions or hyphens.
Chinese is cut by jieba (in Rust, with the same dictionary and answers as the one in Python: 33 MB instead of 80, 1.8 µs
instead of 53 for a sentence). Its dictionary is read when the first Chinese text comes, in 0.1 s.
"""

import asyncio
import re
import unicodedata
from functools import cache
from importlib import import_module
from typing import Any, Final

_MARKS: Final = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff"
"""Accents that do not compose, and the scripts whose vowels are marks."""
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS: Final = rf"(?:[^\W_]|[{_MARKS}])+"
_WORD: Final = re.compile(_LETTERS)
_CJK_RUN: Final = re.compile(rf"[{_CJK}]+")
_HYPHEN: Final = "[\u2010\u2011-]"
_HYPHENATED: Final = re.compile(rf"{_LETTERS}(?:{_HYPHEN}{_LETTERS})+")
_RUN: Final = re.compile(rf"{_LETTERS}(?:{_HYPHEN}{_LETTERS})*")
_POSSESSIVE: Final = re.compile(r"['\u2019]s\b")
_LONGEST: Final = 60

_STEMMERS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""The stemmers of PostgreSQL 16, by ISO 639-1."""


def configuration(language: str) -> str:
    """The text search configuration (migration 0005) for a language tag."""
    return f"hanse_{_STEMMERS.get(language.split('-', maxsplit=1)[0], 'simple')}"


def words(text: str) -> list[str]:
    """The words in their order, lower-cased. Hyphenated ones come in their parts, and once more as one."""
    clean = normalised(text)
    found = [word for run in _WORD.findall(clean) for word in _cut(run)]
    joined = [re.sub(_HYPHEN, "", one) for one in _HYPHENATED.findall(clean)]
    return [one[:_LONGEST] for one in (*found, *joined)]


def runs(text: str) -> list[str]:
    """What stands between blanks and signs, lower-cased: words, hyphenated words, Chinese sentences."""
    return _RUN.findall(normalised(text))


def characters(text: str) -> list[str]:
    """Chinese and Japanese letter by letter and in pairs of neighbours: parts of words that are cut otherwise."""
    found = _CJK_RUN.findall(normalised(text))
    return [part for run in found for part in (*run, *pairs(run))]


def pairs(text: str) -> list[str]:
    """The pairs of neighbours in a Chinese text, all of which hold in wherever it stands; a single letter is itself."""
    found = "".join(_CJK_RUN.findall(text))
    return [found[place : place + 2] for place in range(max(1, len(found) - 1))]


def has_cjk(text: str) -> bool:
    return _CJK_RUN.search(text) is not None


def normalised(text: str) -> str:
    """Compatibility forms composed, lower-cased here and not by PostgreSQL, whose locale may know ASCII alone."""
    return _POSSESSIVE.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()))


async def dictionary_ready() -> None:
    """Read jieba's dictionary off the event loop; at once when it is there. Whoever cuts Chinese on it waits for this."""
    if not _jieba.cache_info().currsize:
        await asyncio.to_thread(_jieba)


def _cut(run: str) -> list[str]:
    if not has_cjk(run):
        return [run]
    return [word for piece in _jieba().cut_for_search(run) for word in _WORD.findall(piece)]


@cache
def _jieba() -> Any:
    return import_module("rjieba")

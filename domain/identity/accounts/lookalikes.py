"""Addresses that could pass for another: mixed scripts, foreign letters that look Latin, marks that nobody sees.

The rule follows Unicode's UTS 39 (security mechanisms), level "highly restrictive" of its section 5.2, for the local part
and for each label of the domain:

* beyond ASCII only letters, marks and digits, none of them invisible;
* the letters are of one script, or of those that Japanese, Chinese or Korean is written with, Latin among them;
* the digits are of one system, and no mark repeats or doubles the dot of an i (sections 5.3 and 5.4);
* a part wholly of Cyrillic or Greek letters that look Latin does not stand beside parts in Latin letters (browsers judge
  names of hosts so).

Python knows no scripts, but Unicode names every letter after its script: LATIN SMALL LETTER A. Letters of one script that
look alike (l and I, or rn and m) are not told apart here.
"""

import unicodedata
from itertools import pairwise

_HAN = {"LATIN", "CJK", "IDEOGRAPHIC"}
_TOGETHER = (
    _HAN | {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    _HAN | {"BOPOMOFO"},
    _HAN | {"HANGUL"},
)

_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ" + "αικνρυωηοτ")
"""Chromium's lists (components/url_formatter/spoof_checks): Cyrillic and Greek."""

_DOTTED = frozenset("ijlı")
_DOT_ABOVE = "\N{COMBINING DOT ABOVE}"

INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters, marks and a symbol without a picture (Default_Ignorable_Code_Point, and the blank of Braille)."""


def passes_for_another(address: str) -> bool:
    """Whether an address breaks the rule above; `address` is NFKC and case-folded, its domain in Unicode."""
    local, _, domain = address.rpartition("@")
    parts = [local, *domain.split(".")]
    latin = any("LATIN" in _scripts(part) for part in parts)
    return any(_is_mixed(part) or _is_veiled(part) or (latin and _is_disguised(part)) for part in parts)


def _is_mixed(part: str) -> bool:
    scripts = _scripts(part)
    zeros = {ord(one) - unicodedata.decimal(one) for one in part if unicodedata.category(one) == "Nd"}
    return len(zeros) > 1 or (len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER))


def _is_veiled(part: str) -> bool:
    if any(not one.isascii() and not _is_plain(one) for one in part):
        return True
    return any(
        (first == second and unicodedata.combining(second)) or (first in _DOTTED and second == _DOT_ABOVE)
        for first, second in pairwise(unicodedata.normalize("NFD", part))
    )


def _is_disguised(part: str) -> bool:
    letters = {one for one in part if one.isalpha()}
    return bool(letters) and letters <= _LIKE_LATIN


def _is_plain(one: str) -> bool:
    return unicodedata.category(one)[0] in "LMN" and one not in INVISIBLE and not _is_selector(one)


def _is_selector(one: str) -> bool:
    return "\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef"


def _scripts(part: str) -> set[str]:
    return {unicodedata.name(one, "?").split()[0] for one in part if one.isalpha()}

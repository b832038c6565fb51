"""Addresses that could pass for another: mixed scripts, foreign letters that look Latin, marks that nobody sees.

The rule follows Unicode's UTS 39 (security mechanisms), level "highly restrictive" of its section 5.2, for the local part
and for each label of the domain:

* beyond ASCII only letters, marks and digits that section 3.1 recommends in identifiers (Identifier_Status): none of a
  script that nobody writes every day, none for phonetics or history alone, none invisible, and no dotless i;
* the letters are of one script, or of those that Japanese, Chinese or Korean is written with, Latin among them; no
  stroke of Chinese or Japanese that looks like an ASCII character stands next to one;
* the digits are of one system, and no mark repeats or doubles the dot of an i (sections 5.3 and 5.4);
* a part wholly of foreign letters that look Latin does not stand beside parts in Latin letters (browsers judge names of
  hosts so).

Python knows no scripts, but Unicode names every letter after its script: LATIN SMALL LETTER A. Not told apart: letters of
one script that look alike (l and I, or rn and m), and a letter with a mark from the same with another.
"""

import re
import unicodedata
from itertools import pairwise

_HAN = {"LATIN", "CJK", "IDEOGRAPHIC"}
_TOGETHER = (
    _HAN | {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    _HAN | {"BOPOMOFO"},
    _HAN | {"HANGUL"},
)
_OF_ARABIC = {"ARABIC-INDIC": "ARABIC", "EXTENDED": "ARABIC"}
"""How names of Arabic digits begin."""

_WHOLE_SCRIPTS = frozenset(
    {"ARABIC", "ARMENIAN", "BENGALI", "BOPOMOFO", "CJK", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GUJARATI", "GURMUKHI"}
    | {"HEBREW", "HIRAGANA", "IDEOGRAPHIC", "KANNADA", "KATAKANA", "KATAKANA-HIRAGANA", "KHMER", "LAO", "MALAYALAM"}
    | {"MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN"}
)
"""The recommended scripts (UAX 31, table 5). Their few rare letters are let through; those of `_BY_LETTER` are not."""

_BY_LETTER = {"LATIN", "GREEK", "CYRILLIC", "HANGUL", "COMBINING"}
_RECOMMENDED = re.compile(
    r"[\u00df-\u00f6\u00f8-\u0130\u0132-\u017e\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u01de-\u01e3\u01e6-\u01f0\u01f4\u01f5"
    r"\u01f8-\u021b\u021e\u021f\u0226-\u0233\u0259\u1e00-\u1e99\u1ea0-\u1ef9"
    r"\u0390\u03ac-\u03ce\u1f00-\u1fff"
    r"\u0430-\u045f\u048b-\u04ff\u0511-\u0529\u052f"
    r"\uac00-\ud7a3"
    r"\u0300-\u0304\u0306-\u030c\u030f-\u0311\u0313\u0314\u031b\u0323-\u0328\u032d\u032e\u0330\u0331\u0339\u0342]"
)
"""By line: Latin, Greek, Cyrillic, Hangul, marks; what is left of UTS 39's IdentifierStatus.txt (14.0) after folding.

Without U+0131, U+0335 and U+0338, which only look like another letter, and the rarest of Latin (from U+A720 on).
"""

_LIKE_LATIN = frozenset(
    "асеһіјӏорԛѕԝхуүъьҽпгαγικνρσυωηοτագզէլհյոռսւցքօიოყძხሀሠሰስበነተከዐዕዘጠፐדוחיןסบพเแခဂငထပဝടഠധനറડટடப٥۵०০੦૦୦௦౦೦൦๐໐၀"
)
"""Chromium's lists (components/url_formatter/spoof_checks), and what UTS 39's confusables.txt adds to the first three:
Cyrillic, Greek, Armenian, Georgian, Ethiopic, Hebrew, Thai, Myanmar, Malayalam, Gujarati and Tamil, digits like an o."""

_LIKE_ASCII = frozenset("一丨乛七丅十〇丁工讠丶丿乀乁ㄧㄒㄚㄟㄨㄩㄈㆺㆳㆲノンソゾー")
"""Chromium's list as well."""

_DOTTED = frozenset("ijl")
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
    strange = any({one, other} & _LIKE_ASCII and (one.isascii() or other.isascii()) for one, other in pairwise(part))
    return strange or len(zeros) > 1 or (len(scripts) > 1 and not any(scripts <= one for one in _TOGETHER))


def _is_veiled(part: str) -> bool:
    if any(not one.isascii() and not _is_recommended(one) for one in part):
        return True
    return any(
        (first == second and unicodedata.combining(second)) or (first in _DOTTED and second == _DOT_ABOVE)
        for first, second in pairwise(unicodedata.normalize("NFD", part))
    )


def _is_disguised(part: str) -> bool:
    foreign = {one for one in unicodedata.normalize("NFD", part) if one.isalnum() and not one.isascii()}
    return bool(foreign) and foreign <= _LIKE_LATIN


def _is_recommended(one: str) -> bool:
    script, category = _script(one), unicodedata.category(one)
    if script in _BY_LETTER:
        return _RECOMMENDED.match(one) is not None
    return script in _WHOLE_SCRIPTS and (category[0] in "LM" or category in {"Nd", "Nl"}) and one not in INVISIBLE


def _scripts(part: str) -> set[str]:
    """Of the letters, and of foreign digits and marks; the marks of all scripts count for none."""
    return {_script(one) for one in part if one.isalpha() or not one.isascii()} - {"COMBINING"}


def _script(one: str) -> str:
    word = unicodedata.name(one, "?").split()[0]
    return _OF_ARABIC.get(word, word)

"""A line of text as people write it, in the form in which it is stored and printed."""

import unicodedata

from domain.shared.errors import InvalidInput

_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_INKLESS = {"Cf", "Cc", "Mn", "Me", "Zs"}
_FILLERS = "\u115f\u1160\u3164\uffa0\N{BRAILLE PATTERN BLANK}"
"""Letters and signs, to Unicode, of which nothing is seen."""

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible, but part of the spelling: of Persian and Hindi words, and of emoji."""


def printable_line(text: str, *, field: str, longest: int, shortest: int = 1) -> str:
    """`text` composed (NFC), with plain spaces for blanks of any kind and none around it.

    Raises InvalidInput: by the rule "length" unless that has `shortest` to `longest` characters, by "printable" when it
    holds a line break, a control character or an invisible one, or nothing that is seen.
    """
    known = composed(text, longest=longest)
    if not shortest <= len(known) <= longest:
        raise InvalidInput(field=field, rule="length", limit=f"{shortest}..{longest}")
    hidden = any(unicodedata.category(one) in _REFUSED and one not in _JOINERS for one in known)
    if hidden or (known and not is_seen(known)):
        raise InvalidInput(field=field, rule="printable")
    return known


def is_seen(text: str) -> bool:
    """Whether there is more in it than blanks and characters of which nothing is seen by themselves."""
    return any(unicodedata.category(one) not in _INKLESS and one not in _FILLERS for one in text)


def composed(text: str, *, longest: int) -> str:
    """`text` as `printable_line` makes it, good or not, so that it can be looked for before it is judged.

    One that is too long by far stays as it is.
    """
    if len(text) > longest * 4:
        return text
    characters = unicodedata.normalize("NFC", text).strip()
    return "".join(" " if unicodedata.category(one) == "Zs" else one for one in characters)

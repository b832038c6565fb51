"""A line of text as people write it, in the form in which it is stored and printed."""

import unicodedata

from domain.shared.errors import InvalidInput

_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible, but part of the spelling: of Persian and Hindi words, and of emoji."""


def printable_line(text: str, *, field: str, longest: int, shortest: int = 1) -> str:
    """`text` composed (NFC), with plain spaces for blanks of any kind and none around it.

    Raises InvalidInput: by the rule "length" unless that has `shortest` to `longest` characters, by "printable" when it
    holds a line break, a control character or an invisible one.
    """
    known = _composed(text) if len(text) <= longest * 4 else text
    if not shortest <= len(known) <= longest:
        raise InvalidInput(field=field, rule="length", limit=f"{shortest}..{longest}")
    if any(unicodedata.category(one) in _REFUSED and one not in _JOINERS for one in known):
        raise InvalidInput(field=field, rule="printable")
    return known


def _composed(text: str) -> str:
    characters = unicodedata.normalize("NFC", text).strip()
    return "".join(" " if unicodedata.category(one) == "Zs" else one for one in characters)

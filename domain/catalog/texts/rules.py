"""Which texts the things of the catalogue have, and what a text may hold."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.shared.errors import InvalidInput
from domain.shared.printable import printable_line

ATTRIBUTE: Final = "attribute."
"""What the field of a text attribute begins with; its code follows."""


OWN_TEXTS: Final = ("name", "description")
"""Of every product."""


class TextKind(StrEnum):
    """What has texts."""

    PRODUCT = "product"
    CATEGORY = "category"
    PRODUCT_TYPE = "product_type"
    ATTRIBUTE = "attribute"
    CHOICE = "choice"
    OPTION = "option"
    OPTION_VALUE = "option_value"
    MEDIA = "media"


KINDS: Final = tuple(one.value for one in TextKind)
_LINES: Final = {
    "product": {"name": 300},
    "category": {"name": 120},
    "product_type": {"name": 120},
    "attribute": {"name": 120},
    "choice": {"name": 120},
    "option": {"name": 120},
    "option_value": {"name": 120},
    "media": {"alt": 500},
}
_PARAGRAPHS: Final = {"product": {"description": 50_000}, "category": {"description": 5_000}}
_ATTRIBUTE_LONGEST: Final = 5_000
_OWN_BREAKS: Final = "\n\t"


@dataclass(frozen=True, slots=True)
class TextField:
    """`field` ends in a dot where the code of a text attribute follows."""

    owner_kind: str
    field: str
    longest: int
    is_one_line: bool


def text_fields() -> list[TextField]:
    """Every text that there may be, by kind."""
    of_kinds = [(kind, _LINES.get(kind, {}), True) for kind in KINDS]
    of_kinds += [(kind, fields, False) for kind, fields in _PARAGRAPHS.items()]
    of_kinds.append(("product", {ATTRIBUTE: _ATTRIBUTE_LONGEST}, False))
    return [TextField(kind, name, n, one_line) for kind, fields, one_line in of_kinds for name, n in fields.items()]


def is_field(owner_kind: str, field: str) -> bool:
    """Whether things of the kind have such a text. Which attributes there are, is not asked."""
    if owner_kind == "product" and field.startswith(ATTRIBUTE):
        return len(field) > len(ATTRIBUTE)
    return field in _LINES[owner_kind] or field in _PARAGRAPHS.get(owner_kind, {})


def checked_text(owner_kind: str, field: str, text: str, *, path: str) -> str:
    """`text` in the form in which it is stored: composed (NFC), without blanks around it; empty to remove it.

    Names and alternative texts are one line, descriptions and attributes may have several. Raises InvalidInput naming
    `path`, by the rule "length", "printable" or "controls".
    """
    if longest := _LINES[owner_kind].get(field):
        return printable_line(text, field=path, longest=longest, shortest=0)
    longest = _PARAGRAPHS.get(owner_kind, {}).get(field, _ATTRIBUTE_LONGEST)
    return _paragraphs(text, longest=longest, path=path)


def checked_language(code: str, spoken: Iterable[str], *, path: str) -> str:
    """Raises InvalidInput unless it is one of the languages `spoken` in the shop."""
    if code not in (known := sorted(set(spoken))):
        raise InvalidInput(field=path, rule="oneOf", limit=", ".join(known))
    return code


def _paragraphs(text: str, *, longest: int, path: str) -> str:
    known = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(known) > longest:
        raise InvalidInput(field=path, rule="length", limit=f"0..{longest}")
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in _OWN_BREAKS for one in known):
        raise InvalidInput(field=path, rule="controls")
    return known

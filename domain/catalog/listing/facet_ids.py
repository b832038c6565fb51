"""What products are counted by: categories, attributes, options, tags, suppliers."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final
from uuid import UUID

_LONGEST: Final = {"code": 150, "value": 300}


class FacetKind(StrEnum):
    CATEGORY = "category"
    ATTRIBUTE = "attribute"
    OPTION = "option"
    TAG = "tag"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a group. The group is `kind` and `code`: an attribute's code, an option's folded name, else empty.

    `value` is a category's or supplier's id, a choice's code, true or false, an option's folded value, a tag.
    """

    kind: FacetKind
    code: str
    value: str
    group_id: UUID | None = None
    owner_id: UUID | None = None
    group_label: str = ""
    label: str = ""

    @property
    def id(self) -> int:
        return facet_id(self.kind, self.code, self.value)


def facet_id(kind: FacetKind, code: str, value: str = "") -> int:
    """The same in every installation, so that a filter needs no look-up: 64 bits of a digest, which do not collide in
    practice (one chance in 10^9 among 100,000 facets)."""
    digest = blake2b(f"{kind}\n{code}\n{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def folded(text: str, *, part: str) -> str:
    """How the names and values of options are compared, at most as long as their column."""
    return " ".join(text.split()).casefold()[: _LONGEST[part]]

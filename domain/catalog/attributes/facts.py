"""Product types, attributes and choices as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class AttributeKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"
    REFERENCE = "reference"


class Referred(StrEnum):
    """What a reference may point at."""

    PRODUCT = "product"
    CATEGORY = "category"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Choice:
    id: UUID
    code: str
    position: int


@dataclass(frozen=True)
class Attribute:
    """`unit` is that of numbers, `refers_to` what a reference points at, `choices` what may be chosen, by their codes and
    in their order.
    """

    id: UUID
    code: str
    kind: AttributeKind
    unit: str | None
    refers_to: Referred | None
    is_filterable: bool
    version: int
    choices: Mapping[str, Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypeAttribute:
    code: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class ProductType:
    """`attributes` are those that its products have, in their order."""

    id: UUID
    code: str
    version: int
    attributes: tuple[TypeAttribute, ...]


@dataclass(frozen=True)
class Definitions:
    """By their codes."""

    types: Mapping[str, ProductType]
    attributes: Mapping[str, Attribute]

"""What is refused of product types, attributes and choices."""

from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class CodeTaken(DomainError):
    """Another one of its kind (of the same attribute, for choices) has this code."""

    code = "CODE_TAKEN"
    taken: str


@dataclass(eq=False)
class DefinitionInUse(DomainError):
    """It cannot go while this many products use it."""

    code = "DEFINITION_IN_USE"
    products: int


@dataclass(eq=False)
class AttributeOnTypes(DomainError):
    """An attribute is removed when no product type has it any more."""

    code = "ATTRIBUTE_ON_TYPES"
    types: tuple[str, ...]

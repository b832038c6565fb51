"""What is refused of categories."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.errors import DomainError


@dataclass(eq=False)
class CategoryCycle(DomainError):
    """A category cannot stand below itself, nor below one that stands below it."""

    code = "CATEGORY_CYCLE"
    category_id: UUID


@dataclass(eq=False)
class CategoryInUse(DomainError):
    """It is removed only when nothing stands in it: it has this many categories below and products in it."""

    code = "CATEGORY_IN_USE"
    categories: int
    products: int

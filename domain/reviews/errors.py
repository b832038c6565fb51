from dataclasses import dataclass
from uuid import UUID

from domain.shared.errors import DomainError


@dataclass(eq=False)
class NotBought(DomainError):
    """The caller was not sent this product, or has sent it back."""

    code = "NOT_BOUGHT"
    product_id: UUID


@dataclass(eq=False)
class AlreadyReviewed(DomainError):
    """The caller has reviewed this product before; that review can be changed."""

    code = "ALREADY_REVIEWED"
    review_id: UUID

"""What is refused of products."""

from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class SkuTaken(DomainError):
    """Another variant of the shop has this SKU, or one that differs in case only."""

    code = "SKU_TAKEN"
    sku: str


@dataclass(eq=False)
class ExternalIdTaken(DomainError):
    """Another product of the supplier has this external id."""

    code = "EXTERNAL_ID_TAKEN"
    external_id: str


@dataclass(eq=False)
class SlugTaken(DomainError):
    """Something else is found under this slug, or was before, and links to it go on working."""

    code = "SLUG_TAKEN"
    slug: str


@dataclass(eq=False)
class VariantInUse(DomainError):
    """The variant was ordered, or has stock: it cannot be removed."""

    code = "VARIANT_IN_USE"
    sku: str


@dataclass(eq=False)
class ProductInUse(DomainError):
    """The product was ordered, or has stock: it is archived, and cannot be removed."""

    code = "PRODUCT_IN_USE"
    slug: str


@dataclass(eq=False)
class ProductOnSale(DomainError):
    """The product is live or scheduled in these channels: it is archived there before it is removed."""

    code = "PRODUCT_ON_SALE"
    channels: tuple[str, ...]


@dataclass(eq=False)
class NotWaitingForApproval(DomainError):
    """The product has the approval that it would be given."""

    code = "NOT_WAITING_FOR_APPROVAL"
    approval: str

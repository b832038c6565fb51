"""What happened to products."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event):
    kind = "product.created"
    subject_type = "product"
    supplier_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    """Its content, or where it is on sale."""

    kind = "product.changed"
    subject_type = "product"
    supplier_id: UUID


@dataclass(frozen=True, kw_only=True)
class VariantsRemoved(Event):
    """With them went their prices and what was known of their stock."""

    kind = "product.variants_removed"
    subject_type = "product"


@dataclass(frozen=True, kw_only=True)
class ProductWaiting(Event):
    """A supplier's product is to be approved before it is on sale."""

    kind = "product.waiting"
    subject_type = "product"
    supplier_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductApproved(Event):
    kind = "product.approved"
    subject_type = "product"
    supplier_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductRefused(Event):
    kind = "product.refused"
    subject_type = "product"
    supplier_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductRemoved(Event):
    kind = "product.removed"
    subject_type = "product"
    supplier_id: UUID

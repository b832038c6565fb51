"""What happened to product types, attributes and choices. The sequence of a choice's events is its attribute's version."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class ProductTypeCreated(Event):
    kind = "product_type.created"
    subject_type = "product_type"


@dataclass(frozen=True, kw_only=True)
class ProductTypeUpdated(Event):
    """A text, or which attributes its products have."""

    kind = "product_type.updated"
    subject_type = "product_type"


@dataclass(frozen=True, kw_only=True)
class ProductTypeRemoved(Event):
    kind = "product_type.removed"
    subject_type = "product_type"


@dataclass(frozen=True, kw_only=True)
class AttributeCreated(Event):
    kind = "attribute.created"
    subject_type = "attribute"


@dataclass(frozen=True, kw_only=True)
class AttributeUpdated(Event):
    """A text, or whether lists can be filtered by it."""

    kind = "attribute.updated"
    subject_type = "attribute"


@dataclass(frozen=True, kw_only=True)
class AttributeRemoved(Event):
    kind = "attribute.removed"
    subject_type = "attribute"


@dataclass(frozen=True, kw_only=True)
class ChoiceAdded(Event):
    kind = "choice.added"
    subject_type = "choice"
    attribute_id: UUID


@dataclass(frozen=True, kw_only=True)
class ChoiceUpdated(Event):
    """A text, or its place among the others."""

    kind = "choice.updated"
    subject_type = "choice"
    attribute_id: UUID


@dataclass(frozen=True, kw_only=True)
class ChoiceRemoved(Event):
    kind = "choice.removed"
    subject_type = "choice"
    attribute_id: UUID

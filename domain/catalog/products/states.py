"""Products and their variants as they stand, and as they are to become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.catalog.attributes.facts import Definitions, Referred
from domain.catalog.products.change import Approval, PublicationChange
from domain.catalog.texts.store import TextChange
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ProductRow:
    """`attributes` and `tags` hold what the columns hold; `options` names those of the variants in their order."""

    id: UUID
    slug: str
    product_type: str | None
    category_id: UUID
    supplier_id: UUID
    attributes: dict[str, object]
    options: tuple[str, ...]
    tags: tuple[str, ...]
    approval: Approval
    external_id: str | None
    version: int


@dataclass(frozen=True, slots=True)
class VariantRow:
    id: UUID
    product_id: UUID
    sku: str
    options: dict[str, str]
    position: int
    barcode: str | None
    weight_grams: int | None
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class Found:
    """A product as it stands, locked. `variants` are in their order; `texts` its own in the shop's language, by field."""

    product: ProductRow
    variants: tuple[VariantRow, ...]
    publications: Mapping[str, PublicationChange]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Surroundings:
    """What changes are judged by. `skus` and `slugs` tell who has one of those that the changes give; SKUs by `sku_key`.
    `slugs_to_be` are free ones for new products without one, by the change's number; `media` tells whose a picture
    is.
    """

    viewer: Viewer
    definitions: Definitions
    categories: frozenset[UUID]
    suppliers: frozenset[UUID]
    channels: tuple[str, ...]
    languages: frozenset[str]
    skus: Mapping[str, VariantRow]
    external_ids: Mapping[tuple[UUID, str], UUID]
    slugs: Mapping[str, UUID]
    slugs_to_be: Mapping[int, str]
    media: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """`ids` are those of the variants that the change gives, by their SKUs as given there."""

    options: tuple[str, ...] = ()
    added: Sequence[VariantRow] = ()
    changed: Sequence[VariantRow] = ()
    removed: Sequence[VariantRow] = ()
    ids: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one change comes to. `before` is None for a new product; `product` keeps the version that it has."""

    before: ProductRow | None
    product: ProductRow
    variants: VariantPlan
    publications: Mapping[str, PublicationChange]
    texts: Sequence[TextChange]
    references: Mapping[str, tuple[Referred, UUID]]

    @property
    def changes_row(self) -> bool:
        return self.before != self.product

    @property
    def changes_variants(self) -> bool:
        return bool(self.variants.added or self.variants.changed or self.variants.removed)


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """`variant_ids` are those of the variants that the change gives, by their SKUs as given there."""

    id: UUID
    outcome: Outcome
    version: int
    variant_ids: Mapping[str, UUID]

"""What somebody wants to become of a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class PublicationStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ARCHIVED = "archived"


class Approval(StrEnum):
    """Whether staff let a supplier's product be on sale."""

    APPROVED = "approved"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicationChange:
    """`live_from` is given with SCHEDULED, and only then."""

    status: PublicationStatus
    live_from: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantChange:
    """Found by `variant_id`, else by its SKU whatever its case; with both, the SKU is the variant's new one.

    None leaves a field as it is. An empty barcode and a weight of 0 remove the one that is known.
    """

    sku: str | None = None
    variant_id: UUID | None = None
    options: Mapping[str, str] | None = None
    barcode: str | None = None
    weight_grams: int | None = None
    position: int | None = None
    media_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductChange:
    """None leaves a field as it is. Without `product_id` the product is found by supplier and `external_id`, else made.

    A new product needs `supplier_id`, `category_id`, a name in the shop's language and at least one variant. `texts` maps
    (field, language) to a text; an empty one removes a translation. An empty `product_type` takes the type away. In
    `attributes` None removes a value. `variants` are added or changed; with `only_these_variants` all others of the
    product are removed, else those in `removed_variants`. With `as_id` a product is made in any case, and gets that id.
    """

    product_id: UUID | None = None
    supplier_id: UUID | None = None
    external_id: str | None = None
    slug: str | None = None
    product_type: str | None = None
    category_id: UUID | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    tags: Sequence[str] | None = None
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    variants: Sequence[VariantChange] = ()
    only_these_variants: bool = False
    removed_variants: Sequence[UUID] = ()
    publications: Mapping[str, PublicationChange] = field(default_factory=dict)
    expected_version: int | None = None
    as_id: UUID | None = None

"""What a change of a product comes to, by what stands there now. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.catalog.products.approval import first_approval
from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus
from domain.catalog.products.errors import ExternalIdTaken, SlugTaken
from domain.catalog.products.plan_texts import plan_attribute_texts, plan_attributes, plan_texts
from domain.catalog.products.plan_variants import plan_variants
from domain.catalog.products.rules import checked_external_id, checked_tags
from domain.catalog.products.slugs import checked_slug
from domain.catalog.products.states import Found, Plan, ProductRow, Surroundings
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.ids import new_id
from domain.shared.settings import settings


def plan(change: ProductChange, found: Found | None, *, number: int, known: Surroundings) -> Plan:
    """The rows to write. Raises NotFound, NotAllowed, StaleVersion, InvalidInput, ExternalIdTaken, SlugTaken, SkuTaken."""
    before = found.product if found else None
    product = _changed(found.product, change, known) if found else _new(change, number, known)
    if known.external_ids.get((product.supplier_id, product.external_id or ""), product.id) != product.id:
        raise ExternalIdTaken(external_id=product.external_id or "")
    attributes = plan_attributes(change, product, found, known=known)
    variants = plan_variants(change, product.id, found.variants if found else (), known=known)
    stored = product.attributes if attributes is None else attributes.stored
    return Plan(
        before=before,
        product=replace(product, attributes=stored, options=variants.options),
        variants=variants,
        publications=_publications(change, product, found, known),
        texts=plan_texts(change, product, found, known=known)
        + plan_attribute_texts(attributes, product.id, found, known=known),
        references=attributes.references if attributes else {},
    )


def _new(change: ProductChange, number: int, known: Surroundings) -> ProductRow:
    if change.product_id is not None:
        raise not_found("Product", change.product_id)
    if change.supplier_id is None or change.category_id is None:
        raise InvalidInput(field="supplierId" if change.supplier_id is None else "categoryId", rule="required")
    _require_supplier(change.supplier_id, known)
    if not change.texts.get(("name", settings().default_language), "").strip():
        raise InvalidInput(field="name", rule="required")
    product_id = change.as_id or new_id()
    return ProductRow(
        id=product_id,
        slug=_slug(change.slug, product_id, known) if change.slug else known.slugs_to_be[number],
        product_type=change.product_type or None,
        category_id=_category(change.category_id, known),
        supplier_id=change.supplier_id,
        attributes={},
        options=(),
        tags=checked_tags(change.tags or ()),
        approval=first_approval(known.viewer),
        external_id=None if change.external_id is None else checked_external_id(change.external_id),
        version=1,
    )


def _changed(row: ProductRow, change: ProductChange, known: Surroundings) -> ProductRow:
    _require_editable(row, change, known)
    if change.expected_version not in {None, row.version}:
        raise StaleVersion(expected=change.expected_version or 0, current=row.version)
    changes: dict[str, object] = {}
    if change.supplier_id not in {None, row.supplier_id}:
        changes["supplier_id"] = _require_supplier(change.supplier_id, known)
    if change.external_id is not None:
        changes["external_id"] = checked_external_id(change.external_id)
    if change.slug is not None:
        changes["slug"] = _slug(change.slug, row.id, known)
    if change.category_id is not None:
        changes["category_id"] = _category(change.category_id, known)
    if change.product_type is not None:
        changes["product_type"] = change.product_type or None
    if change.tags is not None:
        changes["tags"] = checked_tags(change.tags)
    return replace(row, **changes)  # type: ignore[arg-type] # the names are the fields


def _require_editable(row: ProductRow, change: ProductChange, known: Surroundings) -> None:
    """Somebody else's product answers as a missing one. Who may write in one channel only may publish there."""
    of_supplier = frozenset({row.supplier_id})
    if known.viewer.may_for(Permission.CATALOGUE_WRITE, suppliers=of_supplier):
        return
    untouched = replace(change, product_id=None, publications={}, expected_version=None) == ProductChange()
    allowed = [
        known.viewer.may_for(Permission.CATALOGUE_WRITE, channel=channel, suppliers=of_supplier)
        for channel in change.publications
    ]
    if not untouched or not allowed or not all(allowed):
        raise not_found("Product", change.product_id) if change.product_id else not_found("Supplier", row.supplier_id)


def _require_supplier(supplier_id: UUID | None, known: Surroundings) -> UUID:
    """The supplier, who exists and for whom the viewer may write."""
    assert supplier_id is not None
    may = known.viewer.may_for(Permission.CATALOGUE_WRITE, suppliers=frozenset({supplier_id}))
    if not may or supplier_id not in known.suppliers:
        raise not_found("Supplier", supplier_id)
    return supplier_id


def _category(category_id: UUID, known: Surroundings) -> UUID:
    if category_id not in known.categories:
        raise not_found("Category", category_id)
    return category_id


def _slug(slug: str, product_id: UUID, known: Surroundings) -> str:
    checked = checked_slug(slug, "product")
    if known.slugs.get(checked, product_id) != product_id:
        raise SlugTaken(slug=checked)
    return checked


def _publications(
    change: ProductChange, product: ProductRow, found: Found | None, known: Surroundings
) -> dict[str, PublicationChange]:
    """Those that change."""
    before = found.publications if found else {}
    wanted = {channel: _publication(channel, given, product, known) for channel, given in change.publications.items()}
    return {channel: given for channel, given in wanted.items() if before.get(channel) != given}


def _publication(channel: str, given: PublicationChange, product: ProductRow, known: Surroundings) -> PublicationChange:
    path = f"publications.{channel}"
    if channel not in known.channels:
        raise InvalidInput(field=path, rule="oneOf", limit=", ".join(known.channels))
    known.viewer.require_for(Permission.CATALOGUE_WRITE, channel=channel, suppliers=frozenset({product.supplier_id}))
    if (given.status is PublicationStatus.SCHEDULED) != (given.live_from is not None):
        raise InvalidInput(field=f"{path}.liveFrom", rule="scheduled")
    if given.live_from is not None and _moment(given.live_from, path) <= now():
        return PublicationChange(status=PublicationStatus.LIVE)
    return given


def _moment(given: datetime, path: str) -> datetime:
    if given.tzinfo is None:
        raise InvalidInput(field=f"{path}.liveFrom", rule="offset")
    return given

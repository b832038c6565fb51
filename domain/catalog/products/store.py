"""Making and changing products, many at once: what the single mutations and imports are built on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from domain.audit.record import record_changes
from domain.catalog.attributes.definitions import existing
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.products.approval import approval_after
from domain.catalog.products.change import Approval, ProductChange
from domain.catalog.products.errors import SkuTaken, SlugTaken
from domain.catalog.products.events import ProductChanged, ProductCreated, ProductWaiting, VariantsRemoved
from domain.catalog.products.plan import plan
from domain.catalog.products.read_states import find_products, surroundings
from domain.catalog.products.rules import sku_key
from domain.catalog.products.states import Found, Outcome, Plan, ProductRow, StoredProduct
from domain.catalog.products.write_plans import remove_variants, update_products, write_plans
from domain.identity.access.permissions import Permission
from domain.shared.database import savepoint
from domain.shared.errors import Busy, DomainError, InvalidInput
from domain.shared.outbox import Event, emit_many
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

_ATTEMPTS = 5
Answers = dict[int, StoredProduct | DomainError]
"""By the number of the change."""


async def store_products(viewer: Viewer, changes: Sequence[ProductChange]) -> list[StoredProduct | DomainError]:
    """Make or change every product, and answer each change in its place: what became of it, or why nothing did.

    A refusal is NotFound (also for what the viewer may not write), StaleVersion, InvalidInput, ExternalIdTaken,
    SlugTaken, SkuTaken, VariantInUse or NotAllowed (to publish in a channel). Raises NotSignedIn, SecondFactorNeeded or
    NotAllowed for who may write no product at all, and Busy when others go on taking the same names. The listings are
    refreshed; lowest prices and stock follow by `product.variants_removed`. About thirty statements and those of
    `refresh_listings`, for any number of products; one more for each removed variant when some variant cannot be removed.
    """
    require_transaction("store_products")
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    for _ in range(_ATTEMPTS):
        try:
            async with savepoint():
                return await _store(viewer, changes)
        except asyncpg.UniqueViolationError:
            continue  # somebody took a slug, SKU or external id meanwhile, which is seen now
    raise Busy(resource="catalogue")


async def _store(viewer: Viewer, changes: Sequence[ProductChange]) -> list[StoredProduct | DomainError]:
    answers: Answers = {}
    plans = await _plan(viewer, changes, answers)
    answers |= await remove_variants({number: one.variants.removed for number, one in plans.items()})
    plans = {number: one for number, one in plans.items() if number not in answers}
    texts_changed = await write_plans(list(plans.values()))
    done = {
        number: _done(one, viewer, texts_changed=texts)
        for (number, one), texts in zip(plans.items(), texts_changed, strict=True)
    }
    await _finish(viewer, [one for one in done.values() if one.outcome is not Outcome.UNCHANGED])
    answers |= {number: one.answer() for number, one in done.items()}
    return [answers[number] for number in range(len(changes))]


@dataclass(frozen=True, slots=True)
class _Done:
    plan: Plan
    product: ProductRow
    outcome: Outcome

    def answer(self) -> StoredProduct:
        return StoredProduct(self.product.id, self.outcome, self.product.version, self.plan.variants.ids)


async def _plan(viewer: Viewer, changes: Sequence[ProductChange], answers: Answers) -> dict[int, Plan]:
    """The plans of the changes that can be carried out; `answers` gets the refusals of the others."""
    found = await find_products(changes)
    known = await surroundings(viewer, changes, found)
    plans: dict[int, Plan] = {}
    claims = _Claims(set(), set(), set())
    for number, change in enumerate(changes):
        try:
            planned = plan(change, found.get(number), number=number, known=known)
            claims.claim(planned, change, found.get(number))
            plans[number] = planned
        except DomainError as refusal:
            answers[number] = refusal
    return await _refer_to_existing(plans, answers)


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the changes before in the same batch take."""

    products: set[object]
    skus: set[str]
    slugs: set[str]

    def claim(self, planned: Plan, change: ProductChange, found: Found | None) -> None:
        product = planned.product
        names = {product.id, (product.supplier_id, product.external_id) if product.external_id else product.id}
        skus = {sku_key(one.sku) for one in (*planned.variants.added, *planned.variants.changed)}
        if names & self.products:
            raise InvalidInput(
                field="productId" if change.product_id else "externalId", rule="twice", limit=product.slug
            )
        if taken := sorted(skus & self.skus):
            raise SkuTaken(sku=taken[0])
        if product.slug in self.slugs and not (found and found.product.slug == product.slug):
            raise SlugTaken(slug=product.slug)
        self.products.update(names)
        self.skus.update(skus)
        self.slugs.add(product.slug)


async def _refer_to_existing(plans: Mapping[int, Plan], answers: Answers) -> dict[int, Plan]:
    wanted = {f"{number} {code}": one for number, each in plans.items() for code, one in each.references.items()}
    there = await existing(wanted) if wanted else set()
    for place in wanted.keys() - there:
        number, code = place.split(" ", 1)
        answers.setdefault(int(number), InvalidInput(field=f"attributes.{code}", rule="reference"))
    return {number: one for number, one in plans.items() if number not in answers}


def _done(planned: Plan, viewer: Viewer, *, texts_changed: bool) -> _Done:
    product = planned.product
    if planned.before is None:
        return _Done(planned, product, Outcome.CREATED)
    content = planned.changes_row or planned.changes_variants or texts_changed
    if not content and not planned.publications:
        return _Done(planned, product, Outcome.UNCHANGED)
    approval = approval_after(product.approval, viewer) if content else product.approval
    return _Done(planned, replace(product, approval=approval, version=product.version + 1), Outcome.CHANGED)


async def _finish(viewer: Viewer, done: Sequence[_Done]) -> None:
    """Versions, audit, events, listings."""
    if not done:
        return
    created = [one for one in done if one.outcome is Outcome.CREATED]
    changed = [one for one in done if one.outcome is Outcome.CHANGED]
    await update_products([one.product for one in changed])
    for action, some in (("createProduct", created), ("updateProduct", changed)):
        if some:
            await record_changes(viewer, action, [_entry(one) for one in some])
    await emit_many([event for one in done for event in _events(one)])
    await refresh_listings([one.product.id for one in done])


def _entry(done: _Done) -> tuple[tuple[str, UUID], Mapping[str, object] | None, Mapping[str, object]]:
    """The audit entry: the values of the row that changed, and of the rest what was touched."""
    before, after = done.plan.before, _values(done.product)
    differs = [name for name in after if before is None or _values(before)[name] != after[name]]
    variants = done.plan.variants
    touched = {
        "variants_added": [one.sku for one in variants.added],
        "variants_changed": [one.sku for one in variants.changed],
        "variants_removed": [one.sku for one in variants.removed],
        "texts": [f"{one.field}.{one.language}" for one in done.plan.texts],
        "publications": {channel: one.status for channel, one in done.plan.publications.items()},
    }
    return (
        ("product", done.product.id),
        None if before is None else {name: _values(before)[name] for name in differs},
        {name: after[name] for name in differs} | {name: value for name, value in touched.items() if value},
    )


def _values(row: ProductRow) -> dict[str, object]:
    return {
        "slug": row.slug,
        "product_type": row.product_type,
        "category_id": row.category_id,
        "supplier_id": row.supplier_id,
        "attributes": row.attributes,
        "tags": row.tags,
        "approval": row.approval,
        "external_id": row.external_id,
        "version": row.version,
    }


def _events(done: _Done) -> list[Event]:
    row = done.product
    made = done.plan.before is None
    first = ProductCreated if made else ProductChanged
    events: list[Event] = [first(subject_id=row.id, sequence=row.version, supplier_id=row.supplier_id)]
    if done.plan.variants.removed:
        events.append(VariantsRemoved(subject_id=row.id, sequence=row.version))
    waited = done.plan.before is not None and done.plan.before.approval is Approval.WAITING
    if row.approval is Approval.WAITING and not waited:
        events.append(ProductWaiting(subject_id=row.id, sequence=row.version, supplier_id=row.supplier_id))
    return events

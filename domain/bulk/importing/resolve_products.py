"""Drafts of products to changes, with every name put in the shop's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.bulk.importing.lookups import Names, Present, present_products, skus_by_options
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.said_before import leave_what_was_said
from domain.bulk.importing.settle_attributes import settle_attributes
from domain.bulk.kinds import Layout, OnError
from domain.bulk.layouts.drafts import Entry, ProductDraft, VariantDraft
from domain.bulk.problems import Problem, Reach, wrong
from domain.catalog.products.change import ProductChange, VariantChange
from domain.shared.errors import InvalidInput


@dataclass(slots=True)
class Resolved:
    entry: Entry[ProductDraft]
    draft: ProductDraft
    present: Present | None
    supplier_id: UUID | None
    category_id: UUID | None = None
    product_type: str | None = None


async def resolve(entries: Sequence[Entry[ProductDraft]], names: Names, plan: ImportPlan) -> list[Resolved]:
    """Those of which something can be stored; what cannot be told apart is noted among their entries' problems."""
    drafts = [(one, one.draft) for one in entries if one.draft is not None]
    suppliers = {id(draft): _supplier(draft, names, plan) for _, draft in drafts}
    present = await present_products([(draft, suppliers[id(draft)]) for _, draft in drafts])
    found = [
        Resolved(entry, draft, there, suppliers[id(draft)])
        for (entry, draft), there in zip(drafts, present, strict=True)
    ]
    await leave_what_was_said({one.present.id: one.draft for one in found if one.present}, names, plan.layout)
    for one in found:
        _settle_supplier(one, plan)
        _settle_type(one, names)
        _settle_category(one, names, plan)
        _settle_warehouses(one, names)
        kind = one.product_type or (one.present.product_type if one.present else None)
        settle_attributes(one.entry, kind, names.defined)
    await _settle_skus(found)
    return found


def change_of(one: Resolved, plan: ImportPlan) -> ProductChange:
    """In Shopify's layout the handle only finds a product that is there: its slug and external id stay as they are."""
    draft, is_new = one.draft, one.present is None
    named = is_new or plan.layout is Layout.HANSE
    variants = draft.variants
    return ProductChange(
        product_id=None if one.present is None else one.present.id,
        supplier_id=one.supplier_id if is_new or plan.supplier_id is None else None,
        external_id=draft.external_id if named else None,
        slug=draft.slug if named else None,
        product_type=one.product_type,
        category_id=one.category_id,
        attributes=draft.attributes,
        tags=draft.tags,
        texts=draft.texts,
        variants=[_variant(each) for each in variants] or _spare(draft, is_new=is_new),
        publications=draft.publications,
    )


def _note(one: Resolved, field: str, rule: str, value: str, *, reach: Reach = Reach.FIELD) -> None:
    column = one.draft.columns.get(field, field)
    error = InvalidInput(field=column, rule=rule, limit=value)
    one.entry.problems.append(Problem(one.draft.line, column, error, value, reach, of_row=False))


def _variant(draft: VariantDraft) -> VariantChange:
    return VariantChange(
        sku=draft.sku,
        options=draft.options,
        barcode=draft.barcode,
        weight_grams=draft.weight_grams,
        position=draft.position,
    )


def _spare(draft: ProductDraft, *, is_new: bool) -> list[VariantChange]:
    """A product of which the file names no variant has one."""
    return [VariantChange(sku=draft.spare_sku, options={})] if is_new and draft.spare_sku else []


def _supplier(draft: ProductDraft, names: Names, plan: ImportPlan) -> UUID | None:
    if plan.supplier_id is not None:
        return plan.supplier_id
    return names.suppliers.get((draft.supplier or "").casefold())


def _settle_supplier(one: Resolved, plan: ImportPlan) -> None:
    named = one.draft.supplier
    if plan.supplier_id is None and named and one.supplier_id is None:
        _note(one, "supplier", "unknown", named, reach=Reach.THING)


def _settle_type(one: Resolved, names: Names) -> None:
    """Shopify's types are free words: one that the shop does not know means nothing, nor do metafields that products of
    this kind do not have.
    """
    given = one.draft.product_type
    if one.draft.type_is_known:
        one.product_type = given
        return
    codes = {(given or "").casefold().replace(" ", "_"), (given or "").casefold().replace(" ", "-")}
    one.product_type = next((code for code in names.defined.types if code.casefold() in codes), None)
    kind = names.defined.types.get(one.product_type or (one.present.product_type if one.present else None) or "")
    known = {each.code for each in kind.attributes} if kind else set()
    one.draft.attributes = {code: value for code, value in one.draft.attributes.items() if code in known}


def _settle_category(one: Resolved, names: Names, plan: ImportPlan) -> None:
    draft, default = one.draft, plan.placing.category
    if draft.category is not None:
        one.category_id = names.categories.get(draft.category)
        if one.category_id is None:
            _note(one, "category", "unknown", draft.category)
        return
    one.category_id = names.paths.get(tuple(part.casefold() for part in draft.category_path))
    if one.category_id is None and default is not None and one.present is None:
        one.category_id = names.categories.get(default)
    if one.category_id is None and draft.category_path and plan.placing.create_categories:
        one.category_id = next(iter(names.categories.values()), None)  # only a trial: else it would have been made
    if one.category_id is None and draft.category_path and one.present is None:
        _note(one, "category_path", "unknown", " > ".join(draft.category_path))


def _settle_warehouses(one: Resolved, names: Names) -> None:
    for variant in one.draft.variants:
        for code in [code for code in variant.stock if code.casefold() not in names.warehouses]:
            del variant.stock[code]
            one.entry.problems.append(wrong(variant.line, variant.stock_column, "unknown", limit=code, value=code))


async def _settle_skus(found: Sequence[Resolved]) -> None:
    """Variants without a SKU in the file are those of the product with the same options, where there are such."""
    wanted = {one.present.id for one in found if one.present and any(not each.sku_given for each in one.draft.variants)}
    there = await skus_by_options(sorted(wanted)) if wanted else {}
    for one in found:
        known = there.get(one.present.id, {}) if one.present else {}
        for variant in one.draft.variants:
            if not variant.sku_given:
                variant.sku = known.get(_choice(variant.options or {}), variant.sku)


def _choice(options: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name.lower(), value.lower()) for name, value in options.items())


def without_field(one: Resolved, field: str) -> str | None:
    """Take the field that an owner refused out of the draft, and say in which column it stands; None where the thing
    cannot do without it, or nobody knows it.
    """
    draft, (head, _, tail) = one.draft, field.partition(".")
    if head == "attributes" and draft.attributes.pop(tail, None) is not None:
        return draft.columns.get(field, f"attribute.{tail}")
    if head == "tags" and draft.tags is not None:
        draft.tags = None
    elif head == "productType" and one.product_type is not None:
        one.product_type = None
    elif head == "slug" and draft.slug is not None:
        draft.slug = None
    elif head == "publications" and (channel := tail.partition(".")[0]) in draft.publications:
        del draft.publications[channel]
        return draft.columns.get("status", f"status.{channel}")
    elif head == "translations":
        return _without_translation(draft, tail)
    elif not _without_text(draft, field):
        return None
    name = {"productType": "product_type"}.get(head, head)
    return draft.columns.get(name, name)


def translation_column(place: str) -> str:
    """Of a place such as `zh-Hans.name.value`."""
    language, _, rest = place.partition(".")
    return f"{rest.rpartition('.')[0]}.{language}"


def _without_translation(draft: ProductDraft, place: str) -> str | None:
    column = translation_column(place)
    name, _, language = column.rpartition(".")
    return None if draft.texts.pop((name, language), None) is None else column


def _without_text(draft: ProductDraft, field: str) -> bool:
    for name, language in list(draft.texts):
        if field == name != "name":
            del draft.texts[name, language]
            return True
    return False


MOST_ROUNDS = 8
"""How many fields of a thing are left out, one after the other, before the thing is."""


def ignores_fields(plan: ImportPlan) -> bool:
    return plan.on_error is OnError.IGNORE_FIELDS

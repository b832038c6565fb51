"""What becomes of a product's variants. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.catalog.products.change import ProductChange, VariantChange
from domain.catalog.products.errors import SkuTaken
from domain.catalog.products.rules import (
    MAX_VARIANTS,
    checked_barcode,
    checked_options,
    checked_position,
    checked_sku,
    checked_weight,
    folded,
    sku_key,
)
from domain.catalog.products.states import Surroundings, VariantPlan, VariantRow
from domain.shared.errors import InvalidInput, not_found
from domain.shared.ids import new_id


def plan_variants(
    change: ProductChange, product_id: UUID, present: Sequence[VariantRow], *, known: Surroundings
) -> VariantPlan:
    """Raises InvalidInput, SkuTaken, NotFound.

    All variants of a product name the same options, no two choose the same, and there is at least one. A product whose
    variants the change does not touch is not looked at.
    """
    if not change.variants and not change.removed_variants and present:
        return VariantPlan(options=_names(present[0]))
    given = _given(change.variants, product_id, present, known=known)
    removed = _removed(change, present, given)
    kept = {one.id: one for one in present} | {one.id: one for one in given}
    for one in removed:
        del kept[one.id]
    names = _same_options(sorted(kept.values(), key=_place), {one.id: number for number, one in enumerate(given)})
    final = {one.id: replace(one, options=_in_order(one.options, names)) for one in kept.values()}
    before = {one.id: one for one in present}
    return VariantPlan(
        options=names,
        added=[one for one in final.values() if one.id not in before],
        changed=[one for one in final.values() if one.id in before and before[one.id] != one],
        removed=removed,
        ids={wanted.sku or one.sku: one.id for wanted, one in zip(change.variants, given, strict=True)},
    )


def _given(
    changes: Sequence[VariantChange], product_id: UUID, present: Sequence[VariantRow], *, known: Surroundings
) -> list[VariantRow]:
    """The variants that the change gives, in its order."""
    by_sku = {sku_key(one.sku): one for one in present}
    by_id = {one.id: one for one in present}
    last = max((one.position for one in present), default=-1)
    rows: list[VariantRow] = []
    for number, wanted in enumerate(changes):
        path = f"variants.{number}"
        found = _found(wanted, by_id, by_sku)
        if found is None:
            last += 1
            sku = checked_sku(wanted.sku or "", field=f"{path}.sku")
            found = VariantRow(new_id(), product_id, sku, {}, last, None, None, None)
        rows.append(_changed(found, wanted, path, known=known))
    _require_once(rows)
    _require_free(rows, present, known=known)
    return rows


def _found(
    wanted: VariantChange, by_id: Mapping[UUID, VariantRow], by_sku: Mapping[str, VariantRow]
) -> VariantRow | None:
    if wanted.variant_id is None:
        return by_sku.get(sku_key(wanted.sku or ""))
    if wanted.variant_id not in by_id:
        raise not_found("Variant", wanted.variant_id)
    return by_id[wanted.variant_id]


def _changed(row: VariantRow, wanted: VariantChange, path: str, *, known: Surroundings) -> VariantRow:
    changes: dict[str, object] = {}
    if wanted.sku is not None and wanted.variant_id is not None:
        changes["sku"] = checked_sku(wanted.sku, field=f"{path}.sku")
    if wanted.options is not None:
        changes["options"] = checked_options(wanted.options, field=f"{path}.options")
    if wanted.barcode is not None:
        changes["barcode"] = checked_barcode(wanted.barcode, field=f"{path}.barcode")
    if wanted.weight_grams is not None:
        changes["weight_grams"] = checked_weight(wanted.weight_grams, field=f"{path}.weightGrams")
    if wanted.position is not None:
        changes["position"] = checked_position(wanted.position, field=f"{path}.position")
    if wanted.media_id is not None:
        if known.media.get(wanted.media_id) != row.product_id:
            raise not_found("Media", wanted.media_id)
        changes["media_id"] = wanted.media_id
    return replace(row, **changes)  # type: ignore[arg-type] # the names are the fields


def _require_once(rows: Sequence[VariantRow]) -> None:
    skus, ids = set[str](), set[UUID]()
    for number, row in enumerate(rows):
        if row.id in ids or sku_key(row.sku) in skus:
            raise InvalidInput(field=f"variants.{number}.sku", rule="twice", limit=row.sku)
        ids.add(row.id)
        skus.add(sku_key(row.sku))


def _require_free(rows: Sequence[VariantRow], present: Sequence[VariantRow], *, known: Surroundings) -> None:
    holders = {**known.skus, **{sku_key(one.sku): one for one in present}}
    for row in rows:
        holder = holders.get(sku_key(row.sku))
        if holder is not None and holder.id != row.id:
            raise SkuTaken(sku=row.sku)


def _removed(change: ProductChange, present: Sequence[VariantRow], given: Sequence[VariantRow]) -> list[VariantRow]:
    stays = {one.id for one in given}
    if change.only_these_variants:
        return [one for one in present if one.id not in stays]
    wanted = dict.fromkeys(change.removed_variants)
    by_id = {one.id: one for one in present if one.id not in stays}
    for variant_id in wanted:
        if variant_id not in by_id:
            raise not_found("Variant", variant_id)
    return [by_id[one] for one in wanted]


def _same_options(kept: Sequence[VariantRow], numbers: Mapping[UUID, int]) -> tuple[str, ...]:
    """The names of the options: as a variant that the change does not give has them, else as the first that it gives."""
    if not 1 <= len(kept) <= MAX_VARIANTS:
        raise InvalidInput(field="variants", rule="range", limit=f"1..{MAX_VARIANTS}")
    names = _names(min(kept, key=lambda one: numbers.get(one.id, -1)))
    wanted, seen = {folded(name) for name in names}, set[tuple[str, ...]]()
    for one in sorted(kept, key=lambda one: numbers.get(one.id, -1)):
        path = f"variants.{numbers[one.id]}.options" if one.id in numbers else "variants"
        if {folded(name) for name in one.options} != wanted:
            raise InvalidInput(field=path, rule="sameOptions", limit=", ".join(names))
        choice = tuple(folded(value) for value in _in_order(one.options, names).values())
        if choice in seen:
            raise InvalidInput(field=path, rule="sameChoice", limit=", ".join(one.options.values()))
        seen.add(choice)
    return names


def _names(row: VariantRow) -> tuple[str, ...]:
    return tuple(row.options)


def _in_order(options: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    values = {folded(name): value for name, value in options.items()}
    return {name: values[folded(name)] for name in names}


def _place(row: VariantRow) -> tuple[int, UUID]:
    return row.position, row.id

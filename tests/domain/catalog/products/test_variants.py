from typing import Any

import orjson
import pytest

from domain.catalog.products.change import ProductChange, VariantChange
from domain.catalog.products.edit_products import EditVariant, change_variant
from domain.catalog.products.errors import SkuTaken, VariantInUse
from domain.catalog.products.states import Outcome, StoredProduct
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.products import (
    a_new_product,
    a_supplying_person,
    a_variant,
    product_row,
    stored,
)


async def _with_sizes(*sizes: str) -> StoredProduct:
    return await stored(await a_new_product(variants=[a_variant(options={"Size": size}) for size in sizes]))


async def _variants(product_id: Any) -> list[dict[str, str]]:
    found = await rows("SELECT options FROM variant WHERE product_id = $1 ORDER BY position", product_id)
    return [orjson.loads(one["options"]) for one in found]


async def test_variants_are_added_behind_the_others_in_the_spelling_of_the_product() -> None:
    made = await _with_sizes("S", "M")

    added = await stored(ProductChange(product_id=made.id, variants=[a_variant(options={"size": "L"})]))

    assert added.outcome is Outcome.CHANGED
    assert await _variants(made.id) == [{"Size": "S"}, {"Size": "M"}, {"Size": "L"}]


async def test_a_variant_found_by_its_sku_in_any_case_keeps_what_is_not_given() -> None:
    variant = a_variant(options={"Size": "M"}, barcode="123", weight_grams=5)
    made = await stored(await a_new_product(variants=[variant]))
    change = VariantChange(sku=str(variant.sku).upper(), weight_grams=0)

    changed = await stored(ProductChange(product_id=made.id, variants=[change]))

    (row,) = await rows("SELECT * FROM variant WHERE product_id = $1", made.id)
    assert (row["sku"], row["barcode"], row["weight_grams"]) == (variant.sku, "123", None)
    assert changed.variant_ids == {change.sku: row["id"]}


async def test_all_options_are_renamed_and_reordered_together() -> None:
    variants = [a_variant(options={"Size": size, "Colour": "red"}) for size in "SM"]
    made = await stored(await a_new_product(variants=variants))
    renamed = [
        VariantChange(sku=one.sku, options={"Farbe": "rot", "Größe": size})
        for one, size in zip(variants, "SM", strict=True)
    ]

    await stored(ProductChange(product_id=made.id, variants=renamed))

    assert orjson.loads((await product_row(made.id))["options"]) == ["Farbe", "Größe"]
    assert await _variants(made.id) == [{"Farbe": "rot", "Größe": "S"}, {"Farbe": "rot", "Größe": "M"}]


@pytest.mark.parametrize(
    ("variants", "field", "rule"),
    [
        ([], "variants", "range"),
        ([{"sku": ""}], "variants.0.sku", "length"),
        ([{"sku": "x" * 81}], "variants.0.sku", "length"),
        ([{"options": {"Size": "S"}}, {"options": {"Colour": "red"}}], "variants.1.options", "sameOptions"),
        ([{"options": {"Size": "S"}}, {"options": {}}], "variants.1.options", "sameOptions"),
        ([{"options": {"Size": "S"}}, {"options": {"size": "s"}}], "variants.1.options", "sameChoice"),
        ([{"options": {"Size": "S", "size": "M"}}], "variants.0.options", "twice"),
        ([{"options": {f"o{n}": "x" for n in range(11)}}], "variants.0.options", "most"),
        ([{"options": {"Size": " "}}], "variants.0.options.0.value", "length"),
        ([{"options": {"Size": "S", " ": "red"}}], "variants.0.options.1.name", "length"),
        ([{"weight_grams": -1}], "variants.0.weightGrams", "range"),
        ([{"position": -1}], "variants.0.position", "range"),
        ([{"barcode": "1" * 61}], "variants.0.barcode", "length"),
        ([{"sku": "One-and-the-same"}, {"sku": "one-AND-the-same"}], "variants.1.sku", "twice"),
    ],
)
async def test_bad_variants_are_named_by_field_and_rule(variants: list[dict[str, Any]], field: str, rule: str) -> None:
    change = await a_new_product(variants=[a_variant(**one) for one in variants])

    with pytest.raises(InvalidInput) as refused:
        await stored(change)

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_another_variant_of_the_product_keeps_its_sku_and_its_choice() -> None:
    made = await _with_sizes("S", "M")
    small, medium = list(made.variant_ids.items())

    with pytest.raises(SkuTaken):
        await stored(ProductChange(product_id=made.id, variants=[VariantChange(variant_id=small[1], sku=medium[0])]))
    with pytest.raises(InvalidInput) as refused:
        await stored(ProductChange(product_id=made.id, variants=[VariantChange(sku=small[0], options={"Size": "m"})]))
    assert refused.value.rule == "sameChoice"


async def test_a_variant_gets_a_new_sku_and_a_weight_by_its_id() -> None:
    made = await _with_sizes("S")
    (variant_id,) = made.variant_ids.values()
    sku = f"new-{new_id().hex}"

    product_id = await change_variant(
        PLATFORM, EditVariant(variant_id, VariantChange(sku=sku, weight_grams=250), expected_version=1)
    )

    assert product_id == made.id
    (row,) = await rows("SELECT sku, weight_grams FROM variant WHERE id = $1", variant_id)
    assert tuple(row) == (sku, 250)
    with pytest.raises(StaleVersion):
        await change_variant(PLATFORM, EditVariant(variant_id, VariantChange(position=3), expected_version=1))


async def test_a_variant_is_removed_but_for_the_last_one_and_those_in_use() -> None:
    made = await _with_sizes("S", "M")
    small, medium = made.variant_ids.values()
    goods = await some_goods()
    await stored(ProductChange(product_id=goods.product_id, variants=[a_variant(options={"size": "L"})]))

    await change_variant(PLATFORM, EditVariant(small))

    assert await value("SELECT array_agg(id) FROM variant WHERE product_id = $1", made.id) == [medium]
    with pytest.raises(InvalidInput) as refused:
        await change_variant(PLATFORM, EditVariant(medium))
    assert (refused.value.field, refused.value.rule) == ("variants", "range")
    with pytest.raises(VariantInUse) as in_use:
        await change_variant(PLATFORM, EditVariant(goods.variant_id))
    assert in_use.value.sku == goods.sku


async def test_variants_of_others_are_not_found() -> None:
    made, other = await _with_sizes("S"), await _with_sizes("S")
    (foreign,) = other.variant_ids.values()

    for change in (
        ProductChange(product_id=made.id, variants=[VariantChange(variant_id=foreign, weight_grams=1)]),
        ProductChange(product_id=made.id, removed_variants=[foreign]),
        ProductChange(
            product_id=made.id, variants=[VariantChange(sku=next(iter(made.variant_ids)), media_id=new_id())]
        ),
    ):
        with pytest.raises(NotFound):
            await stored(change)
    with pytest.raises(NotFound):
        await change_variant(await a_supplying_person(), EditVariant(foreign))
    with pytest.raises(NotFound):
        await change_variant(PLATFORM, EditVariant(new_id()))

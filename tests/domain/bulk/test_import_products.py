from pathlib import Path
from typing import Any

import pytest

from domain.bulk.errors import FileUnusable
from domain.bulk.kinds import OnError, Placing
from domain.bulk.problems import rule_of
from domain.catalog.attributes.facts import AttributeKind
from domain.shared.database import row, rows, value
from domain.shared.ids import new_id
from domain.shared.messages import message
from tests.factories.bulk import a_csv, a_plan, imported
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.people import a_supplier
from tests.factories.products import a_category

Rows = list[dict[str, object]]


async def a_pot(**cells: object) -> dict[str, object]:
    """The first row of a product that is not there yet."""
    supplier_id = await a_supplier()
    category_id = await a_category()
    own = new_id().hex
    return {
        "external_id": f"pot {own}",
        "slug": f"pot-{own}",
        "supplier": await value("SELECT code FROM supplier WHERE id = $1", supplier_id),
        "category": await value("SELECT slug FROM category WHERE id = $1", category_id),
        "name": "Tea pot",
        "sku": f"POT-{own}",
    } | cells


async def product(given: dict[str, object]) -> Any:
    return await row("SELECT * FROM product WHERE external_id = $1", given["external_id"])


async def test_a_products_rows_become_a_product_with_variants_prices_stock_and_texts(tmp_path: Path) -> None:
    first = await a_pot(
        **{
            "name.zh-Hans": "茶壶",
            "description": "Holds tea.",
            "tags": "Tea, Gift",
            "status.main": "live",
            "option1_name": "Size",
            "option1_value": "M",
            "barcode": "4012",
            "weight_grams": "900",
            "price.EUR": "12.50",
            "compare_at_price.EUR": "15",
        }
    )
    second = {"external_id": first["external_id"], "sku": f"{first['sku']}-L", "option1_name": "Size"}
    path = a_csv(tmp_path, [first, {**second, "option1_value": "L", "price.EUR": "14"}])

    done, notes = await imported(path, a_plan())

    assert notes.told == []
    assert (done.progress.done, done.progress.changed, done.progress.failed) == (2, 2, 0)
    made = await product(first)
    assert (made["slug"], made["tags"]) == (first["slug"], '["Tea", "Gift"]')
    variants = await rows(
        """SELECT v.sku, v.options, v.barcode, v.weight_grams, c.minor, c.compare_at_minor FROM variant v
           JOIN price c ON c.variant_id = v.id WHERE v.product_id = $1 ORDER BY v.position""",
        made["id"],
    )
    assert [tuple(one) for one in variants] == [
        (first["sku"], '{"Size": "M"}', "4012", 900, 1250, 1500),
        (f"{first['sku']}-L", '{"Size": "L"}', None, None, 1400, None),
    ]
    assert await value("SELECT channels FROM product_listing WHERE product_id = $1", made["id"]) == ["main"]


async def test_the_second_run_of_a_file_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [await a_pot(**{"price.EUR": "12.50", "tags": "Tea", "description": "Holds\n\ntea."})])
    await imported(path, a_plan())
    before = await value("SELECT count(*) FROM event")

    done, notes = await imported(path, a_plan())

    assert (done.progress.done, done.progress.changed, notes.told) == (1, 0, [])
    assert await value("SELECT count(*) FROM event") == before


@pytest.mark.parametrize(
    ("on_error", "stored", "told"),
    [
        (OnError.REFUSE_ALL, [], [(2, "weight_grams", "number")]),
        (OnError.SKIP_ROWS, ["good"], [(2, "weight_grams", "number")]),
        (OnError.IGNORE_FIELDS, ["bad", "good"], [(2, "weight_grams", "number")]),
    ],
)
async def test_a_wrong_field_costs_what_the_policy_says(
    tmp_path: Path, on_error: OnError, stored: list[str], told: list[tuple[int, str, str]]
) -> None:
    bad, good = await a_pot(name="bad", weight_grams="heavy"), await a_pot(name="good")
    path = a_csv(tmp_path, [bad, good])

    done, notes = await imported(path, a_plan(on_error=on_error))

    found = [one["name"] for one in (bad, good) if await product(one)]
    assert (found, notes.told) == (stored, told)
    assert done.refused is (on_error is OnError.REFUSE_ALL)


async def test_what_the_shop_refuses_is_named_by_line_and_column_and_refuses_all_of_the_file(tmp_path: Path) -> None:
    good, unknown = await a_pot(), await a_pot(category="no-such-category")
    typed = await a_pot(type="no-such-type")
    path = a_csv(tmp_path, [good, unknown, typed])

    done, notes = await imported(path, a_plan(on_error=OnError.REFUSE_ALL))

    assert done.refused
    assert notes.told == [(3, "category", "unknown"), (4, "type", "oneOf")]
    assert not any([await product(one) for one in (good, unknown, typed)])


@pytest.mark.parametrize("on_error", [OnError.REFUSE_ALL, OnError.SKIP_ROWS])
async def test_all_that_is_wrong_with_a_file_is_told_at_once_with_what_stood_there(
    tmp_path: Path, on_error: OnError
) -> None:
    (number_id, number), (choice_id, choice) = [
        await an_attribute(AttributeKind.NUMBER),
        await an_attribute(AttributeKind.CHOICE, "red", "blue"),
    ]
    kind = await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(number_id, choice_id))
    attributes = {"type": kind, f"attribute.{number}": "many", f"attribute.{choice}": "green", "attribute.nothing": "x"}
    first = await a_pot(supplier="nobody", category="no-such", **{"price.EUR": "12,5"}, **attributes)
    path = a_csv(tmp_path, [first, await a_pot(sku=first["sku"])])

    _, notes = await imported(path, a_plan(on_error=on_error))

    assert {(one.line, one.column, rule_of(one.error), one.value) for one in notes.problems} == {
        (2, "price.EUR", "number", "12,5"),
        (2, "supplier", "unknown", "nobody"),
        (2, "category", "unknown", "no-such"),
        (2, f"attribute.{number}", "number", "many"),
        (2, f"attribute.{choice}", "oneOf", "green"),
        (2, "attribute.nothing", "unknownAttribute", "x"),
        (3, "sku", "repeated", str(first["sku"]).casefold()),
    }


@pytest.mark.parametrize(
    ("column", "meant"),
    [("prise.EUR", "price.EUR"), ("Barcod", "barcode"), ("atribute.size", "attribute.size"), ("zzz", "")],
)
async def test_a_column_that_means_nothing_is_told_with_the_one_that_was_perhaps_meant(
    tmp_path: Path, column: str, meant: str
) -> None:
    path = a_csv(tmp_path, [await a_pot(**{column: "1"})])

    with pytest.raises(FileUnusable) as refused:
        await imported(path, a_plan())

    assert (refused.value.limit, refused.value.meant) == (column, meant)
    assert meant in message(refused.value, "zh-Hans")


async def test_a_day_that_a_scheduled_product_lacks_is_told_by_its_own_column(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [await a_pot(**{"status.main": "scheduled"})])

    _, notes = await imported(path, a_plan())

    assert notes.told == [(2, "live_from.main", "required")]


async def test_where_bad_fields_are_ignored_the_shop_is_asked_again_without_them(tmp_path: Path) -> None:
    given = await a_pot(type="no-such-type", barcode="x" * 61, **{"attribute.nothing": "1"})
    path = a_csv(tmp_path, [given])

    done, notes = await imported(path, a_plan(on_error=OnError.IGNORE_FIELDS))

    assert done.progress.failed == 0
    assert {one[1:] for one in notes.told} == {
        ("type", "oneOf"),
        ("barcode", "length"),
        ("attribute.nothing", "unknownAttribute"),
    }
    assert (await product(given))["product_type_id"] is None


async def test_a_sku_that_comes_twice_is_named_with_both_lines_and_the_first_one_is_stored(tmp_path: Path) -> None:
    first = await a_pot()
    second = await a_pot(sku=str(first["sku"]).lower())
    path = a_csv(tmp_path, [first, await a_pot(), second])

    _, notes = await imported(path, a_plan())

    assert [(one.line, one.column, one.error.fields()["limit"]) for one in notes.problems] == [(4, "sku", "2")]
    assert await product(first)
    assert await product(second) is None


async def test_rows_of_one_product_that_stand_apart_are_refused_with_the_line_of_the_first(tmp_path: Path) -> None:
    first = await a_pot()
    path = a_csv(tmp_path, [first, await a_pot(), {"external_id": first["external_id"], "sku": "apart"}])

    _, notes = await imported(path, a_plan())

    (problem,) = notes.problems
    assert (problem.line, problem.error.fields()["rule"], problem.error.fields()["limit"]) == (4, "scattered", "2")


async def test_a_row_that_says_otherwise_of_its_product_is_refused(tmp_path: Path) -> None:
    first = await a_pot()
    path = a_csv(tmp_path, [first, {**first, "name": "Coffee pot", "sku": "other"}])

    _, notes = await imported(path, a_plan())

    assert notes.told == [(3, "name", "differs")]
    assert await product(first) is None


async def test_a_product_is_found_by_its_slug_where_it_had_no_external_id(tmp_path: Path) -> None:
    given = await a_pot()
    await imported(a_csv(tmp_path, [given | {"external_id": ""}]), a_plan())

    done, notes = await imported(a_csv(tmp_path, [given | {"name": "Better pot"}]), a_plan())

    assert (done.progress.changed, notes.told) == (1, [])
    assert await value("SELECT count(*) FROM product WHERE slug = $1", given["slug"]) == 1
    assert (await product(given))["slug"] == given["slug"]


async def test_everything_is_the_suppliers_for_whom_the_import_is(tmp_path: Path) -> None:
    given, supplier_id = await a_pot(), await a_supplier()

    await imported(a_csv(tmp_path, [given]), a_plan(supplier_id=supplier_id))

    assert (await product(given))["supplier_id"] == supplier_id


async def test_categories_named_by_their_path_are_made_where_that_is_asked_for(tmp_path: Path) -> None:
    top = f"Top {new_id().hex}"
    given = await a_pot(category="", category_path=f"{top} > Pots > Tea")

    _, notes = await imported(a_csv(tmp_path, [given]), a_plan(placing=Placing(create_categories=True)))

    assert notes.told == []
    parent = await value(
        """SELECT t.value FROM category c JOIN catalog_text t ON t.owner_id = c.parent_id AND t.field = 'name'
           WHERE c.id = $1""",
        (await product(given))["category_id"],
    )
    assert parent == "Pots"


@pytest.mark.parametrize("column", ["name.zh-Hans", "description.zh-Hans"])
async def test_a_wrong_translation_is_named_by_its_column_and_left_out_where_fields_are_ignored(
    tmp_path: Path, column: str
) -> None:
    given = await a_pot(**{column: "\x07 x"})
    path = a_csv(tmp_path, [given])

    _, refused = await imported(path, a_plan(on_error=OnError.SKIP_ROWS))
    there = await product(given)
    done, ignored = await imported(path, a_plan(on_error=OnError.IGNORE_FIELDS))

    assert {one[1] for one in refused.told} == {one[1] for one in ignored.told} == {column}
    assert (there, done.progress.failed) == (None, 0)
    assert await product(given)


async def test_a_wrong_option_is_named_by_its_column(tmp_path: Path) -> None:
    options = {"option1_name": "Size", "option1_value": "M", "option2_name": "Colour", "option2_value": "x" * 101}
    path = a_csv(tmp_path, [await a_pot(**options)])

    _, notes = await imported(path, a_plan())

    assert [one[1] for one in notes.told] == ["option2_value"]

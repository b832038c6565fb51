"""Prices, stock and translations."""

import csv
from pathlib import Path

import pytest

from domain.bulk.kinds import OnError, Subject
from domain.shared.database import rows, run, value
from tests.factories.bulk import a_csv, a_plan, cells_of, exported, imported
from tests.factories.goods import Goods, some_goods, stock_by_movements, stock_of
from tests.factories.people import a_supplier
from tests.factories.roles import a_person_with

TEXT = "SELECT value FROM catalog_text WHERE owner_id = $1 AND field = $2 AND language = 'zh-Hans'"


def a_translation(goods: Goods, text: str, **cells: object) -> dict[str, object]:
    row = {"kind": "product", "id": goods.product_id, "field": "name", "source": "Tea pot", "translation": text}
    return row | {"stale": ""} | cells


async def test_a_price_file_sets_and_removes_prices_and_says_what_changed(tmp_path: Path) -> None:
    goods = await some_goods()
    given = [
        {"sku": goods.sku.lower(), "currency": "eur", "price": "12.5", "compare_at_price": "20"},
        {"sku": goods.sku, "currency": "USD", "price": "none", "compare_at_price": ""},
        {"sku": goods.sku, "currency": "JPY", "price": "1200.00", "compare_at_price": ""},
    ]

    done, notes = await imported(a_csv(tmp_path, given), a_plan(Subject.PRICES))

    assert notes.told == []
    assert done.progress.changed == 3
    found = await rows(
        "SELECT currency, minor, compare_at_minor FROM price WHERE variant_id = $1 ORDER BY 1", goods.variant_id
    )
    assert [tuple(one) for one in found] == [("EUR", 1250, 2000), ("JPY", 1200, None)]


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"sku": "nothing"}, "sku", "unknown"),
        ({"currency": "XXX"}, "currency", "iso4217"),
        ({"price": "-1"}, "price", "range"),
        ({"price": "1.234"}, "price", "decimals"),
        ({"price": "1,234.00"}, "price", "number"),
        ({"price": ""}, "price", "required"),
        ({"compare_at_price": "x"}, "compare_at_price", "number"),
    ],
)
async def test_a_wrong_price_is_named_by_its_column(
    tmp_path: Path, cells: dict[str, str], column: str, rule: str
) -> None:
    row = {"sku": (await some_goods()).sku, "currency": "EUR", "price": "1", "compare_at_price": ""} | cells

    done, notes = await imported(a_csv(tmp_path, [row]), a_plan(Subject.PRICES))

    assert (notes.told, done.progress.failed) == ([(2, column, rule)], 1)


async def test_a_price_that_comes_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    row = {"sku": (await some_goods()).sku, "currency": "EUR", "price": "1"}

    _, notes = await imported(a_csv(tmp_path, [row, row | {"currency": "USD"}, row]), a_plan(Subject.PRICES))

    assert [(one.line, one.error.fields()["limit"]) for one in notes.problems] == [(4, "2")]


async def test_a_stock_file_says_what_lies_there_and_every_change_is_a_movement(tmp_path: Path) -> None:
    goods = await some_goods(stock=(100, 50))
    given = [
        {"sku": goods.sku, "warehouse": "W0", "on_hand": "70", "expected_on_hand": "100", "reason": "counted"},
        {"sku": goods.sku, "warehouse": "W1", "on_hand": "10", "expected_on_hand": "49", "reason": ""},
        {"sku": goods.sku, "warehouse": "nowhere", "on_hand": "1", "expected_on_hand": "", "reason": ""},
        {"sku": goods.sku, "warehouse": "W1", "on_hand": "-1", "expected_on_hand": "", "reason": ""},
    ]
    plan = a_plan(Subject.STOCK)

    done, notes = await imported(a_csv(tmp_path, given), plan)

    assert (done.progress.changed, done.progress.failed) == (1, 3)
    assert notes.told == [(3, "on_hand", "STOCK_CHANGED"), (4, "warehouse", "unknown"), (5, "on_hand", "range")]
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (120, 0)
    movement = "SELECT on_hand_delta FROM stock_movement WHERE reference = $1 AND reason = 'counted'"
    assert await value(movement, plan.reference) == -30


async def test_what_is_exported_and_imported_again_changes_nothing(tmp_path: Path) -> None:
    supplier_id = await a_supplier()
    await some_goods(supplier_id=supplier_id, stock=(3, 4))

    for subject, count in ((Subject.PRICES, 2), (Subject.STOCK, 2), (Subject.TRANSLATIONS, 2)):
        path = await exported(tmp_path, subject, suppliers=(supplier_id,))
        done, notes = await imported(path, a_plan(subject, on_error=OnError.REFUSE_ALL))

        assert (subject, done.progress.done, done.progress.changed, notes.told) == (subject, count, 0, [])


async def test_translations_are_exported_with_their_source_and_what_is_stale_or_missing(tmp_path: Path) -> None:
    supplier_id = await a_supplier()
    goods = await some_goods(supplier_id=supplier_id)
    await run(
        "UPDATE catalog_text SET value = 'New pot' WHERE owner_id = $1 AND field = 'name' AND language = 'en'",
        goods.product_id,
    )
    await run(
        "DELETE FROM catalog_text WHERE owner_id = $1 AND field = 'description' AND language <> 'en'", goods.product_id
    )

    path = await exported(tmp_path, Subject.TRANSLATIONS, suppliers=(supplier_id,))

    id = str(goods.product_id)
    assert cells_of(path) == [
        {"kind": "product", "id": id, "field": "description", "source": "Holds tea."},
        {"kind": "product", "id": id, "field": "name", "source": "New pot", "translation": "茶壶", "stale": "true"},
    ]
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == ["kind", "id", "field", "source", "translation", "stale"]


async def test_a_translation_is_stored_where_its_source_is_still_the_same(tmp_path: Path) -> None:
    goods = await some_goods()

    done, notes = await imported(a_csv(tmp_path, [a_translation(goods, "好茶壶")]), a_plan(Subject.TRANSLATIONS))

    assert (done.progress.changed, notes.told) == (1, [])
    assert await value(TEXT, goods.product_id, "name") == "好茶壶"
    names = await value("SELECT names->>'zh-Hans' FROM product_listing WHERE product_id = $1", goods.product_id)
    assert names == "好茶壶"


@pytest.mark.parametrize(("on_error", "text"), [(OnError.SKIP_ROWS, "茶壶"), (OnError.IGNORE_FIELDS, "好茶壶")])
async def test_a_translation_of_a_text_that_changed_is_refused_or_stored_as_stale(
    tmp_path: Path, on_error: OnError, text: str
) -> None:
    goods = await some_goods()
    path = a_csv(tmp_path, [a_translation(goods, "好茶壶", source="Old pot")])

    _, notes = await imported(path, a_plan(Subject.TRANSLATIONS, on_error=on_error))

    assert notes.told == [(2, "source", "sourceChanged")]
    assert await value(TEXT, goods.product_id, "name") == text
    stale = "SELECT source_digest <> md5('Tea pot') FROM catalog_text WHERE owner_id = $1 AND value = '好茶壶'"
    assert await value(stale, goods.product_id) is (True if on_error is OnError.IGNORE_FIELDS else None)


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"kind": "table"}, "kind", "oneOf"),
        ({"field": "colour"}, "field", "translatable"),
        ({"field": "attribute.nothing"}, "field", "source"),
        ({"id": "no id"}, "id", "unknown"),
        ({"translation": "two\nlines"}, "translation", "printable"),
    ],
)
async def test_a_wrong_translation_is_named_by_its_column(
    tmp_path: Path, cells: dict[str, str], column: str, rule: str
) -> None:
    path = a_csv(tmp_path, [a_translation(await some_goods(), "好", **cells)])

    _, notes = await imported(path, a_plan(Subject.TRANSLATIONS))

    assert notes.told == [(2, column, rule)]


async def test_suppliers_translate_their_own_products_only(tmp_path: Path) -> None:
    supplier_id = await a_supplier()
    own, other = await some_goods(supplier_id=supplier_id), await some_goods()
    person = await a_person_with("catalogue.write", supplier_id=supplier_id)
    path = a_csv(tmp_path, [a_translation(own, "我的"), a_translation(other, "别人的")])

    _, notes = await imported(path, a_plan(Subject.TRANSLATIONS, supplier_id=supplier_id), person)

    assert notes.told == [(3, "id", "unknown")]
    assert await value(TEXT, own.product_id, "name") == "我的"
    assert await value(TEXT, other.product_id, "name") == "茶壶"

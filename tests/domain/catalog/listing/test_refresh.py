"""The read model follows the tables of the catalogue."""

from collections import defaultdict
from uuid import UUID

import orjson
import pytest

from domain.catalog.listing.offers import set_lowest_prices, set_rating, set_stocked
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import row, rows, run
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from tests.factories.goods import some_goods
from tests.statements import counted_statements

_refresh = use_case(refresh_listings)


async def _listing(product_id: UUID) -> dict[str, object]:
    found = await row("SELECT * FROM product_listing WHERE product_id = $1", product_id)
    assert found is not None
    return dict(found)


async def test_a_row_is_made_from_the_tables_alone() -> None:
    goods = await some_goods(name="Café table")
    await run("DELETE FROM product_listing WHERE product_id = $1", goods.product_id)

    await _refresh([goods.product_id])

    found = await _listing(goods.product_id)
    assert found["channels"] == ["main"]
    assert orjson.loads(str(found["names"])) == {"en": "Café table", "zh-Hans": "茶壶"}
    assert found["indexed_at"] is not None


async def test_what_others_set_in_a_row_stays_when_it_is_made_anew() -> None:
    goods = await some_goods()
    await use_case(set_lowest_prices)({goods.product_id: {"EUR": 990}})
    await use_case(set_stocked)({goods.product_id: ["main"]})
    await use_case(set_rating)(goods.product_id, 450, 2)

    await _refresh([goods.product_id])

    found = await _listing(goods.product_id)
    assert orjson.loads(str(found["prices"])) == {"EUR": 990}
    assert (found["stocked_in"], found["rating"], found["rating_count"]) == (["main"], 450, 2)


@pytest.mark.parametrize(
    ("change", "channels"),
    [
        ("UPDATE publication SET status = 'archived' WHERE product_id = $1", []),
        ("UPDATE product SET approval = 'waiting' WHERE id = $1", []),
        ("UPDATE product SET tags = '[]' WHERE id = $1", ["main"]),
    ],
)
async def test_a_product_is_live_where_it_is_published_and_approved(change: str, channels: list[str]) -> None:
    goods = await some_goods()
    await run(change, goods.product_id)

    await _refresh([goods.product_id])

    assert (await _listing(goods.product_id))["channels"] == channels


async def test_documents_follow_the_texts_and_go_with_them() -> None:
    goods = await some_goods(name="Running shoes")
    await _refresh([goods.product_id])
    before = await _words(goods.product_id)
    await use_case(store_texts)(
        [TextChange("product", goods.product_id, field, "zh-Hans", "") for field in ("name", "description")]
    )
    await use_case(store_texts)([TextChange("product", goods.product_id, "name", "en", "Hiking boots")])

    await _refresh([goods.product_id])

    assert {"run", "running", "shoe"} <= before["en"]
    assert "茶壶" in before["zh-Hans"]
    after = await _words(goods.product_id)
    assert set(after) == {"en"}
    assert {"hike", "boot"} <= after["en"]
    assert "shoe" not in after["en"]


async def test_attributes_and_options_are_counted_and_found() -> None:
    goods, choice, attribute = await some_goods(), new_id(), new_id()
    code = f"material-{attribute}"
    await run(
        """INSERT INTO attribute (id, code, kind, is_filterable, version, created_at)
           VALUES ($1, $2, 'choice', true, 1, now())""",
        attribute,
        code,
    )
    await run(
        "INSERT INTO attribute_choice (id, attribute_id, code, position) VALUES ($1, $2, 'oak', 0)", choice, attribute
    )
    await use_case(store_texts)(
        [
            TextChange("choice", choice, "name", "en", "Solid oak"),
            TextChange("choice", choice, "name", "zh-Hans", "橡木"),
        ]
    )
    await run(
        "UPDATE product SET attributes = $2::jsonb WHERE id = $1",
        goods.product_id,
        orjson.dumps({code: "oak"}).decode(),
    )

    await _refresh([goods.product_id])

    words = await _words(goods.product_id)
    assert {"solid", "oak"} <= words["en"]
    assert "橡木" in words["zh-Hans"]
    facets = await rows(
        """SELECT kind, code, value FROM search_facet
           WHERE id IN (SELECT unnest(facets) FROM product_listing WHERE product_id = $1)""",
        goods.product_id,
    )
    assert ("attribute", code, "oak") in {tuple(one) for one in facets}
    assert ("option", "size", "m") in {tuple(one) for one in facets}


async def test_refreshing_costs_the_same_for_one_product_and_for_thirty(shop: Settings) -> None:
    ids = [(await some_goods()).product_id for _ in range(30)]

    counts = {}
    for wanted in (ids[:1], ids):
        async with counted_statements(shop) as statements:
            await _refresh(wanted)
        counts[len(wanted)] = len(statements)

    assert counts == {1: 9, 30: 9}, "\n".join(statements)


async def test_refreshing_belongs_to_the_transaction_of_what_it_follows() -> None:
    with pytest.raises(RuntimeError, match="needs an open transaction"):
        await refresh_listings([])


async def _words(product_id: UUID) -> dict[str, set[str]]:
    """By language, stems and words as they are spelt."""
    found: dict[str, set[str]] = defaultdict(set)
    for (word,) in await rows(
        "SELECT unnest(tsvector_to_array(document)) FROM product_listing WHERE product_id = $1", product_id
    ):
        language, _, lexeme = str(word).replace(":", ".").partition(".")
        found[language].add(lexeme)
    return found

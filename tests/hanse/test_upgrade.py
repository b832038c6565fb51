"""From the released database to the newest: everything is there, in its new place, and goes on working."""

from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio

from domain.cart.queries import priced_lines
from domain.catalog.categories.queries import categories
from domain.catalog.products.queries import products, variants_of
from domain.catalog.texts.queries import every_text
from domain.channels.known import channels, ensure_channels, forget_known
from domain.channels.storefront import storefront
from domain.inventory.queries import available
from domain.shared.database import row, rows, run, value
from domain.shared.settings import Settings, settings
from domain.shared.transactions import use_case
from hanse.drift import pending
from hanse.migrate import migrate
from tests.conftest import own_database
from tests.hanse.old_shop import fill_old_tables, id_of, migrate_to_released

pytestmark = pytest.mark.usefixtures("upgraded")

UNTOUCHED = ("supplier", "variant", "price", "warehouse", "stock_level", "stock_movement", "reservation", "users",
             "cart", "cart_line", "orders", "order_line")  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def upgraded(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, list[str]]]:
    """A database with an old shop, brought up to date; answers the rows of `UNTOUCHED` as they were, as JSON."""
    async with own_database(shop, tmp_path_factory.mktemp("upgraded"), template="template0"):
        await migrate_to_released()
        await fill_old_tables()
        before = {table: await _rows(table) for table in UNTOUCHED}
        await migrate(settings())
        await use_case(ensure_channels)()
        yield before


async def test_nothing_is_missing() -> None:
    assert await pending(settings()) == []


async def test_rows_keep_all_that_they_said(upgraded: dict[str, list[str]]) -> None:
    for table, before in upgraded.items():
        now = [orjson.loads(one) for one in await _rows(table)]

        for old, new in zip(map(orjson.loads, before), now, strict=True):
            assert {**new, **old} == new, table


async def test_names_and_descriptions_are_texts_with_their_languages() -> None:
    pot, shelf = id_of("product 1"), id_of("category 2")

    found = await every_text([pot, id_of("product 2"), shelf])

    told = {(one.field, one.language, one.value, one.is_stale) for one in found[pot]}
    assert told == {
        ("name", "en", "Pot", False),
        ("name", "zh-Hans", "茶壶", False),
        ("description", "en", "Holds tea.", False),
    }
    assert {(one.field, one.language, one.value) for one in found[id_of("product 2")]} == {
        ("name", "en", "Old pot"),
        ("description", "en", "Held tea."),
    }
    assert {(one.field, one.language, one.value) for one in found[shelf]} == {
        ("name", "en", "Pots"),
        ("name", "zh-Hans", "壶"),
    }


async def test_a_translation_grows_stale_when_its_source_changes_afterwards() -> None:
    name = (id_of("category 2"), "name", "en")
    await run("UPDATE catalog_text SET value = 'Kettles' WHERE (owner_id, field, language) = ($1, $2, $3)", *name)

    found = await every_text([name[0]])

    assert {one.language: one.is_stale for one in found[name[0]]} == {"en": False, "zh-Hans": True}
    await run("UPDATE catalog_text SET value = 'Pots' WHERE (owner_id, field, language) = ($1, $2, $3)", *name)


async def test_every_channel_that_was_used_is_one_with_currencies_and_languages() -> None:
    forget_known()

    found = await channels()

    assert [one.name for one in found] == ["main", "wholesale"]
    assert {one.currencies for one in found} == {settings().shop_currencies}
    assert {one.languages for one in found} == {("en", "zh-Hans")}
    assert all(one.is_open and not one.countries for one in found)


async def test_what_was_on_sale_is_on_sale_everywhere_and_the_rest_is_archived() -> None:
    found = await rows("SELECT product_id, channel, status FROM publication")

    assert {(one["product_id"], one["channel"], one["status"]) for one in found} == {
        (id_of("product 1"), "main", "live"),
        (id_of("product 1"), "wholesale", "live"),
        (id_of("product 2"), "main", "archived"),
        (id_of("product 2"), "wholesale", "archived"),
    }


@pytest.mark.parametrize("channel", ["main", "wholesale"])
async def test_the_catalogue_shows_the_product_with_its_variants_and_stock(channel: str) -> None:
    shop = await storefront(channel, "EUR", ("zh-Hans",))

    shown = await products([id_of("product 1"), id_of("product 2")], shop=shop)
    variants = (await variants_of([id_of("product 1")]))[id_of("product 1")]

    assert [(one.slug, one.name, one.price_from, one.sold) for one in shown.values()] == [("pot", "茶壶", 1250, 7)]
    assert [one.sku for one in variants] == ["POT-S", "POT-M"]
    assert await available([one.id for one in variants], channel=channel) == {id_of("variant 1"): 3}
    assert {one.slug: one.name for one in await categories(shop.languages)} == {"table": "Table", "pots": "壶"}


async def test_the_listing_knows_channels_stock_and_the_path_of_its_category() -> None:
    found = await row("SELECT * FROM product_listing WHERE product_id = $1", id_of("product 1"))

    assert found is not None
    assert set(found["channels"]) == set(found["stocked_in"]) == {"main", "wholesale"}
    assert found["category_path"] == [id_of("category 2"), id_of("category 1")]
    assert (found["rating"], found["rating_count"], found["indexed_at"]) == (None, 0, None)


async def test_products_know_the_names_of_their_options_and_are_approved() -> None:
    found = await rows(
        "SELECT slug, options, approval, version, updated_at = created_at AS old FROM product ORDER BY slug"
    )

    assert [
        (one["slug"], orjson.loads(one["options"]), one["approval"], one["version"], one["old"]) for one in found
    ] == [
        ("old-pot", [], "approved", 1, True),
        ("pot", ["colour", "size"], "approved", 1, True),
    ]


async def test_two_suppliers_may_call_different_products_the_same_now() -> None:
    other = id_of("supplier 2")
    await run("INSERT INTO supplier (id, code, name, country, created_at) VALUES ($1, 'b', 'B', 'DE', now())", other)

    await run(
        """INSERT INTO product (id, slug, category_id, supplier_id, external_id, created_at, updated_at)
           SELECT $1, 'pot-2', category_id, $2, external_id, now(), now() FROM product WHERE slug = 'pot'""",
        id_of("product 3"),
        other,
    )

    assert await value("SELECT count(*) FROM product WHERE external_id = 'P1'") == 2
    await run("DELETE FROM product WHERE slug = 'pot-2'")


async def test_an_open_cart_is_priced_as_before() -> None:
    quote, variants = await priced_lines(id_of("cart 1"), await storefront("wholesale", "EUR"))

    assert [one.sku for one in variants.values()] == ["POT-M"]
    assert (quote.total.minor, quote.total.currency) == (3 * 1250, "EUR")


async def _rows(table: str) -> list[str]:
    found = await rows(f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY id")
    return [one["row"] for one in found]

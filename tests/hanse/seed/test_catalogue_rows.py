"""What holds between the rows of a seeded shop's assortment, its storefronts and its reviews. Each test only reads."""

import orjson
import pytest

from domain.catalog.attributes.definitions import checked_attributes, definitions
from domain.catalog.texts.queries import option_text_id, texts
from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import rows, value
from domain.shared.transactions import use_case
from tests.hanse.seed.offending import none
from tests.hanse.seed.sizes import SMALL, THE_DAY

pytestmark = pytest.mark.usefixtures("seeded")


async def test_a_listing_shows_the_lowest_price_every_name_and_what_was_kept() -> None:
    assert await none(
        """SELECT 1 FROM product_listing p WHERE p.prices <> (
             SELECT jsonb_object_agg(currency, lowest) FROM (
               SELECT currency, min(minor) AS lowest FROM price JOIN variant v ON v.id = variant_id
               WHERE v.product_id = p.product_id GROUP BY currency) AS c)"""
    )
    assert await none(
        """SELECT 1 FROM product_listing p WHERE p.names <> (
             SELECT jsonb_object_agg(t.language, t.value) FROM catalog_text t
             WHERE t.owner_id = p.product_id AND t.field = 'name')"""
    )
    assert await none(
        """SELECT 1 FROM product_listing p WHERE p.sold <> coalesce((
             SELECT sum(l.quantity - l.returned) FROM order_line l JOIN orders o ON o.id = l.order_id
             WHERE l.product_id = p.product_id AND o.state IN ('paid', 'shipped', 'delivered')), 0)"""
    )
    assert await none(
        """SELECT 1 FROM product p FULL JOIN product_listing l ON l.product_id = p.id
           WHERE (p.slug, p.category_id, p.supplier_id, p.created_at)
                 IS DISTINCT FROM (l.slug, l.category_id, l.supplier_id, l.created_at)"""
    )


async def test_everything_with_a_name_has_one_in_both_languages() -> None:
    kinds = {"category", "product", "product_type", "attribute", "attribute_choice"}
    for table in kinds:
        assert await none(
            f"""SELECT t.id FROM {table} t
                LEFT JOIN catalog_text n ON n.owner_id = t.id AND n.field = 'name' AND n.value <> ''
                GROUP BY t.id HAVING array_agg(n.language ORDER BY n.language)
                  IS DISTINCT FROM ARRAY['en', 'zh-Hans']::varchar[]"""
        )
    assert await none(
        """SELECT 1 FROM catalog_text WHERE field = 'name' AND owner_kind IN ('category', 'product')
           GROUP BY owner_kind, language, value HAVING count(*) > 1"""
    )


async def test_no_translation_is_stale_and_every_text_has_its_source() -> None:
    assert await none(
        """SELECT t.id FROM catalog_text t
           LEFT JOIN catalog_text s ON (s.owner_id, s.field, s.language) = (t.owner_id, t.field, 'en')
           WHERE t.source_digest IS DISTINCT FROM CASE WHEN t.language <> 'en' THEN md5(s.value) END"""
    )


async def test_options_have_names_in_both_languages() -> None:
    found = await rows(
        "SELECT DISTINCT k.name, k.value FROM variant v CROSS JOIN jsonb_each_text(v.options) k(name, value)"
    )
    names = {one["name"] for one in found}
    words = {(one["name"], one["value"]) for one in found if one["value"].isalpha() and len(one["value"]) > 2}

    for owners in ([option_text_id(name) for name in names], [option_text_id(*one) for one in words]):
        assert owners
        for language in ("en", "zh-Hans"):
            assert set(await texts(owners, "name", [language])) == set(owners)


async def test_products_have_the_attributes_of_their_type_and_values_that_these_accept() -> None:
    known = await definitions()
    found = await rows(
        """SELECT t.code, p.attributes, c.texts FROM product p JOIN product_type t ON t.id = p.product_type_id
           JOIN (SELECT owner_id, jsonb_object_agg(substr(field, 11), value) AS texts FROM catalog_text
                 WHERE field LIKE 'attribute.%' AND language = 'en' GROUP BY 1) c ON c.owner_id = p.id"""
    )

    assert len(found) == SMALL.products
    for one in found:
        stored = orjson.loads(one["attributes"])
        checked = checked_attributes(known, one["code"], stored | orjson.loads(one["texts"]))
        assert (checked.stored, set(checked.texts)) == (stored, {"care"})
        assert len(stored) >= 6


async def test_a_storefront_sells_to_china_most_of_what_the_main_one_sells_everywhere() -> None:
    live = {
        one["channel"]: one["live"]
        for one in await rows(
            "SELECT channel, count(*) FILTER (WHERE status = 'live') AS live FROM publication GROUP BY 1"
        )
    }
    placed = await rows("SELECT DISTINCT channel, country = 'CN' AS in_china, currency = 'CNY' AS in_yuan FROM orders")

    assert live["main"] == SMALL.products
    assert 0.7 * SMALL.products < live["china"] < SMALL.products
    assert {tuple(one) for one in placed} == {("china", True, True), ("main", False, False)}
    assert await none(
        """SELECT 1 FROM order_line l JOIN orders o ON o.id = l.order_id
           JOIN publication p ON p.product_id = l.product_id AND p.channel = o.channel
           WHERE p.status NOT IN ('live', 'archived')"""
    )
    assert await none("SELECT 1 FROM publication WHERE live_from <= $1", THE_DAY)


async def test_a_listing_knows_where_it_is_live_in_stock_and_found() -> None:
    assert await none(
        """SELECT 1 FROM product_listing p WHERE p.indexed_at IS NULL OR p.document IS NULL OR p.channels <> ARRAY(
             SELECT u.channel::text FROM publication u
             WHERE u.product_id = p.product_id AND u.status = 'live' ORDER BY 1)"""
    )
    before = await rows("SELECT product_id, stocked_in FROM product_listing ORDER BY 1")

    await use_case(refresh_stocked)([one["product_id"] for one in before])

    after = await rows("SELECT product_id, stocked_in FROM product_listing ORDER BY 1")
    assert [{*one["stocked_in"]} for one in after] == [{*one["stocked_in"]} for one in before]
    assert {"main", "china"} in [{*one["stocked_in"]} for one in after]


async def test_reviews_are_of_what_their_authors_have_and_the_newest_wait() -> None:
    assert await none(
        """SELECT r.id FROM review r WHERE NOT EXISTS (
             SELECT FROM order_line l JOIN orders o ON o.id = l.order_id JOIN shipment s ON s.order_id = o.id
             WHERE l.product_id = r.product_id AND o.buyer_id = r.author_id AND o.state = 'delivered'
               AND l.returned < l.quantity AND s.delivered_at < r.created_at)"""
    )
    states = {
        one["state"]: one["newest"]
        for one in await rows("SELECT state, max(created_at) AS newest FROM review GROUP BY 1")
    }
    assert states["published"] < states["pending"] < THE_DAY
    languages = await rows(
        """SELECT DISTINCT r.language, u.country = 'CN' AS in_china, body ~ '[\u4e00-\u9fff]' AS in_chinese
           FROM review r JOIN users u ON u.id = r.author_id"""
    )
    assert {tuple(one) for one in languages} == {("en", False, False), ("zh-Hans", True, True)}


async def test_a_listings_rating_is_the_mean_of_what_is_published() -> None:
    assert await none(
        """SELECT 1 FROM product_listing p LEFT JOIN (
             SELECT product_id, count(*) AS count, floor(avg(rating) * 100 + 0.5) AS mean FROM review
             WHERE state = 'published' GROUP BY 1) r USING (product_id)
           WHERE (p.rating, p.rating_count) IS DISTINCT FROM (r.mean::int, coalesce(r.count, 0)::int)"""
    )
    assert await value("SELECT count(*) FROM product_listing WHERE rating_count > 0") > SMALL.products / 3


async def test_every_variant_has_a_price_in_each_currency_and_a_place_among_its_products_options() -> None:
    assert await none(
        """SELECT v.id FROM variant v LEFT JOIN price p ON p.variant_id = v.id GROUP BY v.id
           HAVING array_agg(p.currency ORDER BY p.currency) <> ARRAY['CNY', 'EUR', 'USD']::varchar[]"""
    )
    assert await none(
        """SELECT product_id FROM variant GROUP BY product_id
           HAVING min(position) <> 0 OR max(position) <> count(*) - 1 OR count(DISTINCT options) <> count(*)"""
    )


async def test_categories_are_departments_and_their_shelves() -> None:
    assert await none(
        """SELECT 1 FROM product p JOIN category c ON c.id = p.category_id LEFT JOIN category d ON d.id = c.parent_id
           WHERE d.id IS NULL OR d.parent_id IS NOT NULL"""
    )

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from hanse.seed.catalogue import make_catalogue
from hanse.seed.demo import Demo
from hanse.seed.naming import product_name, slug
from hanse.seed.prices import list_prices
from hanse.seed.scale import Scale
from hanse.seed.vocabulary import STYLES, WORDS_PER_STYLE, Text, vocabulary
from hanse.seed.world import world
from tests.hanse.seed.sizes import SMALL


def every_name() -> list[Text]:
    words = vocabulary()
    return [
        product_name(word, material, noun)
        for category in words.categories
        for look in words.looks[category.family]
        for word in look.words
        for material in category.materials
        for noun in category.nouns
    ]


def test_the_shop_is_as_large_as_promised(demo: Demo) -> None:
    counts = {
        "products": len(demo.shop.catalogue.products),
        "variants": len(demo.shop.catalogue.skus),
        "departments": len(demo.shop.words.departments),
        "categories": len({product.category for product in demo.shop.catalogue.products}),
        "warehouses": len({warehouse.country for warehouse in demo.place.warehouses}),
        "suppliers": len(demo.place.suppliers),
        "supplier countries": len({supplier.country for supplier in demo.place.suppliers}),
        "customers": len(demo.shop.customers.people),
        "customer countries": len({person.country for person in demo.shop.customers.people}),
        "orders": len(demo.history.total),
        "lines": len(demo.history.lines.order),
    }

    least = {
        "products": 600,
        "variants": 1_600,
        "departments": 8,
        "categories": 40,
        "warehouses": 3,
        "suppliers": 20,
        "supplier countries": 10,
        "customers": 2_000,
        "customer countries": 12,
        "orders": 30_000,
        "lines": 60_000,
    }
    assert {name: count for name, count in counts.items() if count < least[name]} == {}


def test_no_two_combinations_of_words_give_the_same_name_or_slug_in_either_language() -> None:
    names = every_name()

    twice = [
        word
        for words in ([name.en for name in names], [name.zh for name in names], [slug(name.en) for name in names])
        for word, count in Counter(words).items()
        if count > 1
    ]
    assert twice == []


def test_every_style_and_companion_of_the_vocabulary_exists() -> None:
    words = vocabulary()

    assert {len(look.words) for looks in words.looks.values() for look in looks} == {WORDS_PER_STYLE}
    assert {len(looks) for looks in words.looks.values()} == {len(STYLES)}
    known = {category.slug for category in words.categories}
    assert {slug for category in words.categories for slug in category.goes_with} <= known


def test_archetypes_and_suppliers_speak_of_styles_and_departments_that_exist() -> None:
    departments = {department.slug for department in vocabulary().departments}

    assert {style for kind in world().archetypes for style in kind.styles} <= set(STYLES)
    assert {slug for kind in world().archetypes for slug in kind.departments} <= departments
    assert {slug for supplier in world().suppliers for slug in supplier.departments} == departments


def test_the_same_number_gives_the_same_catalogue_and_another_number_another() -> None:
    first, again, other = (
        make_catalogue(vocabulary(), world().suppliers, replace(SMALL, number=number)) for number in (1, 1, 2)
    )

    assert first.products == again.products
    assert first.skus == again.skus
    assert (first.prices == again.prices).all()
    assert [product.name for product in first.products] != [product.name for product in other.products]


def test_names_and_descriptions_are_written_in_both_languages(demo: Demo) -> None:
    texts = [text for product in demo.shop.catalogue.products for text in (product.name, product.description)]

    assert all(text.en.isprintable() and not _has_chinese(text.en) for text in texts)
    assert all(_has_chinese(text.zh) for text in texts)


def test_prices_are_whole_minor_units_that_end_as_shop_prices_do(demo: Demo) -> None:
    euro, dollar, yuan = demo.shop.catalogue.prices.T

    assert set((euro % 100).tolist()) == {45, 95, 90, 0}
    assert set((dollar % 100).tolist()) == {99}
    assert set((yuan % 1000).tolist()) <= {400, 900, 800}
    assert demo.shop.catalogue.prices.min() >= 95


def test_a_larger_pack_never_costs_less() -> None:
    factors = np.linspace(1, 10, 200)

    prices = list_prices(4.0 * factors)

    assert (np.diff(prices, axis=0) >= 0).all()


def test_a_shop_for_benchmarks_with_ten_thousand_products_has_words_enough() -> None:
    catalogue = make_catalogue(vocabulary(), world().suppliers, Scale(products=10_000))

    assert len({product.slug for product in catalogue.products}) == 10_000
    assert len(set(catalogue.skus)) == len(catalogue.skus)


def test_more_products_than_there_are_words_for_are_refused() -> None:
    with pytest.raises(ValueError, match="has words for 480 products"):
        make_catalogue(vocabulary(), world().suppliers, Scale(products=20_000))


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)

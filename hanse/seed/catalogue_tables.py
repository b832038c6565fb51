"""The rows of the assortment: categories, products, variants, prices, listings."""

from collections.abc import Iterator

import numpy as np
import orjson

from hanse.seed.arrays import Ints, pick
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import DELIVERED, PAID, SHIPPED
from hanse.seed.prices import CURRENCIES
from hanse.seed.tables import Table, row_ids
from hanse.seed.vocabulary import Text

_LANGUAGES = ("en", "zh-Hans")


def catalogue_tables(demo: Demo) -> Iterator[Table]:
    yield _categories(demo)
    yield _category_names(demo)
    yield _products(demo)
    yield _product_texts(demo)
    yield _variants(demo)
    yield _prices(demo)
    yield _listings(demo)


def _categories(demo: Demo) -> Table:
    keys, words = demo.keys, demo.shop.words
    records: list[tuple[object, ...]] = [
        (key, department.slug, None, place)
        for place, (key, department) in enumerate(zip(keys.departments, words.departments, strict=True))
    ]
    records += [
        (key, category.slug, keys.departments[category.department], place)
        for place, (key, category) in enumerate(zip(keys.categories, words.categories, strict=True))
    ]
    return Table("category", ("id", "slug", "parent_id", "position"), records)


def _category_names(demo: Demo) -> Table:
    keys, words = demo.keys, demo.shop.words
    named = list(zip(keys.departments, (one.name for one in words.departments), strict=True))
    named += zip(keys.categories, (one.name for one in words.categories), strict=True)
    ids = row_ids(demo.scale, "category_translation", np.full(2 * len(named), keys.opened))
    records = [(key, language, text) for key, name in named for language, text in _by_language(name)]
    return Table(
        "category_translation",
        ("id", "category_id", "language", "name"),
        [(row, *rest) for row, rest in zip(ids, records, strict=True)],
    )


def _products(demo: Demo) -> Table:
    keys = demo.keys
    return Table(
        "product",
        ("id", "slug", "category_id", "supplier_id", "status", "created_at"),
        [
            (key, one.slug, keys.categories[one.category], keys.suppliers[one.supplier], "live", launched)
            for key, one, launched in zip(keys.products, demo.shop.catalogue.products, keys.launched_at, strict=True)
        ],
    )


def _product_texts(demo: Demo) -> Table:
    keys, products = demo.keys, demo.shop.catalogue.products
    ids = row_ids(demo.scale, "product_translation", np.full(2 * len(products), keys.opened))
    records = [
        (key, language, name, description)
        for key, one in zip(keys.products, products, strict=True)
        for (language, name), (_, description) in zip(
            _by_language(one.name), _by_language(one.description), strict=True
        )
    ]
    return Table(
        "product_translation",
        ("id", "product_id", "language", "name", "description"),
        [(row, *rest) for row, rest in zip(ids, records, strict=True)],
    )


def _variants(demo: Demo) -> Table:
    catalogue, words = demo.shop.catalogue, demo.shop.words
    owners = catalogue.product_of.tolist()
    options = [words.categories[one.category].option for one in catalogue.products]
    positions = np.arange(len(owners)) - np.searchsorted(catalogue.product_of, catalogue.product_of)
    rows = zip(demo.keys.variants, owners, catalogue.skus, catalogue.option_values, positions.tolist(), strict=True)
    return Table(
        "variant",
        ("id", "product_id", "sku", "options", "position"),
        [
            (key, demo.keys.products[owner], sku, orjson.dumps({options[owner]: value}).decode(), position)
            for key, owner, sku, value, position in rows
        ],
    )


def _prices(demo: Demo) -> Table:
    prices = demo.shop.catalogue.prices
    ids = row_ids(demo.scale, "price", np.full(prices.size, demo.keys.opened))
    variants = pick(demo.keys.variants, np.repeat(np.arange(len(prices)), len(CURRENCIES)))
    currencies = CURRENCIES * len(prices)
    return Table(
        "price",
        ("id", "variant_id", "currency", "minor"),
        list(zip(ids, variants, currencies, prices.ravel().tolist(), strict=True)),
    )


def _listings(demo: Demo) -> Table:
    keys, catalogue = demo.keys, demo.shop.catalogue
    first = np.searchsorted(catalogue.product_of, np.arange(len(catalogue.products)))
    lowest = np.minimum.reduceat(catalogue.prices, first, axis=0).tolist()
    rows = zip(keys.products, catalogue.products, lowest, _sold(demo).tolist(), keys.launched_at, strict=True)
    return Table(
        "product_listing",
        ("product_id", "slug", "category_id", "supplier_id", "names", "prices", "sold", "created_at"),
        [
            (
                key,
                one.slug,
                keys.categories[one.category],
                keys.suppliers[one.supplier],
                orjson.dumps(dict(_by_language(one.name))).decode(),
                orjson.dumps(dict(zip(CURRENCIES, prices, strict=True))).decode(),
                sold,
                launched,
            )
            for key, one, prices, sold, launched in rows
        ],
    )


def _sold(demo: Demo) -> Ints:
    """Units of each product that were paid for and kept."""
    history = demo.history
    sold = np.isin(history.lives.state[history.lines.order], (PAID, SHIPPED, DELIVERED))
    units = (history.lines.quantity - history.returned) * sold
    counted = np.bincount(history.lines.product, weights=units, minlength=len(demo.keys.products))
    return counted.astype(np.int64)


def _by_language(text: Text) -> list[tuple[str, str]]:
    return list(zip(_LANGUAGES, (text.en, text.zh), strict=True))

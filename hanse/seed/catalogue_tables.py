"""The rows of the assortment: categories, products, variants, prices."""

from collections.abc import Iterator

import numpy as np
import orjson

from hanse.seed.arrays import pick
from hanse.seed.attribute_tables import AttributeKeys, stored_attributes
from hanse.seed.attributes import barcode, grams
from hanse.seed.demo import Demo
from hanse.seed.prices import CURRENCIES
from hanse.seed.tables import Table, row_ids


def catalogue_tables(demo: Demo, keys: AttributeKeys) -> Iterator[Table]:
    yield _categories(demo)
    yield _products(demo, keys)
    yield _variants(demo)
    yield _prices(demo)


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


def _products(demo: Demo, attribute_keys: AttributeKeys) -> Table:
    keys, categories = demo.keys, demo.shop.words.categories
    stored = zip(keys.products, demo.shop.catalogue.products, keys.launched_at, stored_attributes(demo), strict=True)
    return Table(
        "product",
        (
            *("id", "slug", "product_type_id", "category_id", "supplier_id"),
            *("attributes", "options", "created_at", "updated_at"),
        ),
        [
            (
                key,
                one.slug,
                attribute_keys.types[categories[one.category].family],
                keys.categories[one.category],
                keys.suppliers[one.supplier],
                attributes,
                orjson.dumps([categories[one.category].option]).decode(),
                launched,
                launched,
            )
            for key, one, launched, attributes in stored
        ],
    )


def _variants(demo: Demo) -> Table:
    catalogue, words = demo.shop.catalogue, demo.shop.words
    owners = catalogue.product_of.tolist()
    options = [words.categories[one.category].option for one in catalogue.products]
    positions = np.arange(len(owners)) - np.searchsorted(catalogue.product_of, catalogue.product_of)
    rows = zip(demo.keys.variants, owners, catalogue.skus, catalogue.option_values, positions.tolist(), strict=True)
    return Table(
        "variant",
        ("id", "product_id", "sku", "options", "position", "barcode", "weight_grams"),
        [
            (
                key,
                demo.keys.products[owner],
                sku,
                orjson.dumps({options[owner]: value}).decode(),
                position,
                barcode(number),
                grams(value),
            )
            for number, (key, owner, sku, value, position) in enumerate(rows, start=1)
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

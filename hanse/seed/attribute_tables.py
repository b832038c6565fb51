"""The rows of product types, their attributes and the choices of these."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import orjson

from hanse.seed.attributes import Attribute, attribute_values
from hanse.seed.demo import Demo
from hanse.seed.tables import Table, row_ids


@dataclass(frozen=True)
class AttributeKeys:
    """Identifiers by code, those of choices by the attribute's code and their own."""

    types: dict[str, UUID]
    attributes: dict[str, UUID]
    choices: dict[tuple[str, str], UUID]


def attribute_keys(demo: Demo) -> AttributeKeys:
    choices = [(one.code, code) for one in demo.told.attributes.values() for code in one.choices]
    return AttributeKeys(
        types=dict(zip(demo.told.types, _ids(demo, "product_type", len(demo.told.types)), strict=True)),
        attributes=dict(zip(demo.told.attributes, _ids(demo, "attribute", len(demo.told.attributes)), strict=True)),
        choices=dict(zip(choices, _ids(demo, "attribute_choice", len(choices)), strict=True)),
    )


def attribute_tables(demo: Demo, keys: AttributeKeys) -> Iterator[Table]:
    opened = demo.keys.opened_at
    yield Table(
        "product_type",
        ("id", "code", "version", "created_at"),
        [(id, code, 1, opened) for code, id in keys.types.items()],
    )
    yield Table(
        "attribute",
        ("id", "code", "kind", "unit", "refers_to", "is_filterable", "version", "created_at"),
        [(keys.attributes[one.code], *_attribute(one), 1, opened) for one in demo.told.attributes.values()],
    )
    yield Table(
        "attribute_choice",
        ("id", "attribute_id", "code", "position"),
        [
            (id, keys.attributes[attribute], code, position)
            for position, ((attribute, code), id) in enumerate(keys.choices.items())
        ],
    )
    yield _attributes_of_types(demo, keys)


def stored_attributes(demo: Demo) -> Iterator[str]:
    """For each product, as JSON, the values that its row holds: references lead to the first category that goes with it."""
    words = demo.shop.words
    category_ids = {one.slug: id for one, id in zip(words.categories, demo.keys.categories, strict=True)}
    for product, launched in zip(demo.shop.catalogue.products, demo.keys.launched_at, strict=True):
        category, country = words.categories[product.category], demo.place.suppliers[product.supplier].country
        kind = demo.told.types[category.family]
        values = dict(attribute_values(product, category, kind, made_in=country, introduced=launched.date()))
        if category.goes_with:
            values["goes_with"] = category_ids[category.goes_with[0]]
        yield orjson.dumps(values, default=str).decode()


def _ids(demo: Demo, table: str, count: int) -> list[UUID]:
    return row_ids(demo.scale, table, np.full(count, demo.keys.opened))


def _attribute(one: Attribute) -> tuple[object, ...]:
    is_filterable = one.kind not in ("text", "date")
    return one.code, one.kind, one.unit, one.refers_to, is_filterable


def _attributes_of_types(demo: Demo, keys: AttributeKeys) -> Table:
    had = [
        (one.code, attribute, position)
        for one in demo.told.types.values()
        for position, attribute in enumerate(one.attributes)
    ]
    return Table(
        "type_attribute",
        ("id", "product_type_id", "attribute_id", "is_required", "position"),
        [
            (id, keys.types[type], keys.attributes[attribute], attribute == demo.told.types[type].made_of, position)
            for id, (type, attribute, position) in zip(_ids(demo, "type_attribute", len(had)), had, strict=True)
        ],
    )

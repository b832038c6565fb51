"""The rows of everything readable of the catalogue, in English and Chinese."""

from collections.abc import Iterator
from hashlib import md5
from uuid import UUID

import numpy as np

from domain.catalog.texts.queries import option_text_id
from domain.shared.settings import settings
from hanse.seed.attribute_tables import AttributeKeys
from hanse.seed.demo import Demo
from hanse.seed.tables import Table, row_ids
from hanse.seed.vocabulary import Text

LANGUAGES = ("en", "zh-Hans")

_Told = tuple[str, UUID, str, Text]
"""The kind and the id of the owner, the field, and the text."""


def text_table(demo: Demo, keys: AttributeKeys) -> Table:
    """In the shop's language the sources, in the other one translations that fit them."""
    told = [*_of_categories(demo), *_of_products(demo), *_of_attributes(demo, keys), *_of_options(demo)]
    ids = iter(row_ids(demo.scale, "catalog_text", np.full(len(told) * len(LANGUAGES), demo.keys.opened)))
    records: list[tuple[object, ...]] = [
        (next(ids), kind, owner, field, language, value, digest, demo.keys.opened_at)
        for kind, owner, field, text in told
        for language, value, digest in _by_language(text)
    ]
    return Table(
        "catalog_text",
        ("id", "owner_kind", "owner_id", "field", "language", "value", "source_digest", "updated_at"),
        records,
    )


def _by_language(text: Text) -> Iterator[tuple[str, str, str | None]]:
    """With the digest of the source, empty where the shop's language is a third one."""
    values, own = dict(zip(LANGUAGES, (text.en, text.zh), strict=True)), settings().default_language
    source = md5(values[own].encode(), usedforsecurity=False).hexdigest() if own in values else ""
    for language, value in values.items():
        yield language, value, None if language == own else source


def _of_categories(demo: Demo) -> Iterator[_Told]:
    words = demo.shop.words
    for key, department in zip(demo.keys.departments, words.departments, strict=True):
        yield "category", key, "name", department.name
    for key, category in zip(demo.keys.categories, words.categories, strict=True):
        yield "category", key, "name", category.name


def _of_products(demo: Demo) -> Iterator[_Told]:
    families = [category.family for category in demo.shop.words.categories]
    for key, one in zip(demo.keys.products, demo.shop.catalogue.products, strict=True):
        yield "product", key, "name", one.name
        yield "product", key, "description", one.description
        yield "product", key, "attribute.care", demo.told.types[families[one.category]].care


def _of_attributes(demo: Demo, keys: AttributeKeys) -> Iterator[_Told]:
    told = demo.told
    yield from (("product_type", keys.types[code], "name", one.name) for code, one in told.types.items())
    for code, attribute in told.attributes.items():
        yield "attribute", keys.attributes[code], "name", attribute.name
        yield from (("choice", keys.choices[code, choice], "name", text) for choice, text in attribute.choices.items())


def _of_options(demo: Demo) -> Iterator[_Told]:
    yield from (("option", option_text_id(name), "name", text) for name, text in demo.told.options.items())
    for (name, value), text in demo.told.option_values.items():
        yield "option_value", option_text_id(name, value), "name", text

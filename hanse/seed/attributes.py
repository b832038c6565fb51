"""What is told of products beyond name and description, from `data/attributes.toml` and the words that they are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zlib import crc32

from babel.core import Locale

from hanse.seed.catalogue import Product
from hanse.seed.naming import slug
from hanse.seed.vocabulary import STYLES, Category, Text, Vocabulary, data
from hanse.seed.world import Supplier

_EVERYWHERE = ("style", "made_in", "gift_idea", "introduced", "care", "goes_with")
_A_GIFT = 0.5
"""From this swell in Advent on, a category is one of gifts."""


@dataclass(frozen=True)
class ProductType:
    """`months` are the lengths of time to choose from, under the attribute that tells them."""

    code: str
    name: Text
    made_of: str
    told_in_months: str
    months: tuple[int, ...]
    care: Text

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.made_of, self.told_in_months, *_EVERYWHERE)


@dataclass(frozen=True)
class Attribute:
    code: str
    kind: str
    unit: str | None
    refers_to: str | None
    name: Text
    choices: Mapping[str, Text]


@dataclass(frozen=True)
class Definitions:
    """By code; `options` by name, `option_values` by name and value."""

    types: Mapping[str, ProductType]
    attributes: Mapping[str, Attribute]
    options: Mapping[str, Text]
    option_values: Mapping[tuple[str, str], Text]


def definitions(words: Vocabulary, suppliers: tuple[Supplier, ...]) -> Definitions:
    told = data("attributes")
    types = {code: _type(code, entry) for code, entry in told["types"].items()}
    choices: dict[str, dict[str, Text]] = {"style": {code: Text(*told["styles"][code]) for code in STYLES}}
    choices["made_in"] = {firm.country.lower(): _country(firm.country) for firm in suppliers}
    for category in words.categories:
        known = choices.setdefault(types[category.family].made_of, {})
        for material in category.materials:
            known.setdefault(slug(material.word.en), Text(_capital(material.word.en), material.word.zh))
    return Definitions(
        types=types,
        attributes={code: _attribute(code, entry, choices.get(code, {})) for code, entry in told["attributes"].items()},
        options={name: Text(*names) for name, names in told["options"].items()},
        option_values={
            (name, value): Text(_capital(value), chinese)
            for name, values in told["option_values"].items()
            for value, chinese in values.items()
        },
    )


def attribute_values(
    product: Product, category: Category, type: ProductType, *, made_in: str, introduced: date
) -> Iterator[tuple[str, object]]:
    """As products store them, without the references, whose targets only the rows know, and without texts."""
    yield type.made_of, slug(category.materials[product.material].word.en)
    yield "style", STYLES[product.style]
    yield "made_in", made_in.lower()
    yield "gift_idea", category.gift >= _A_GIFT
    yield type.told_in_months, str(type.months[crc32(product.slug.encode()) % len(type.months)])
    yield "introduced", introduced.isoformat()


def grams(option_value: str) -> int | None:
    """What a variant weighs when its option tells: `250 g`, `3 x 100 g`, `1 kg`."""
    amount, _, unit = option_value.rpartition(" ")
    factor = {"g": 1, "kg": 1000}.get(unit)
    if factor is None:
        return None
    pieces, _, each = amount.rpartition(" x ")
    return int(pieces or 1) * int(each) * factor


def barcode(number: int) -> str:
    """An EAN-13 from the range that GS1 keeps for use inside a shop."""
    digits = f"20{number:010d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def _type(code: str, entry: dict[str, Any]) -> ProductType:
    ((told_in, lengths),) = entry["months"].items()
    return ProductType(code, Text(*entry["name"]), entry["made_of"], told_in, tuple(lengths), care=Text(*entry["care"]))


def _attribute(code: str, entry: dict[str, Any], choices: Mapping[str, Text]) -> Attribute:
    return Attribute(
        code, entry["kind"], entry.get("unit"), entry.get("refers_to"), name=Text(*entry["name"]), choices=choices
    )


def _country(code: str) -> Text:
    return Text(Locale("en").territories[code], Locale("zh", script="Hans").territories[code])


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]

"""The assortment: products put together from the vocabulary, with their variants and prices."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import Floats, Ints, stream
from hanse.seed.naming import product_description, product_name, slug
from hanse.seed.prices import list_prices
from hanse.seed.scale import Scale
from hanse.seed.vocabulary import STYLES, WORDS_PER_STYLE, Category, Text, Vocabulary
from hanse.seed.world import Supplier

_SOLD_FROM_THE_START = 0.65
"""The share of products that are older than the order history; the others are launched within it."""


@dataclass(frozen=True)
class Product:
    """`level` is the place in its category's price range, 0 to 1; `age_days` counts back from the end of the history."""

    category: int
    style: int
    material: int
    noun: int
    supplier: int
    level: float
    age_days: int
    name: Text
    description: Text

    @property
    def slug(self) -> str:
        return slug(self.name.en)


@dataclass(frozen=True)
class Catalogue:
    """Variant v belongs to product `product_of[v]` and costs `prices[v]`, minor units in each of CURRENCIES.

    A product's variants stand together, in the order of its category's option values.
    """

    products: list[Product]
    product_of: Ints
    option_values: list[str]
    skus: list[str]
    prices: Ints


def make_catalogue(words: Vocabulary, suppliers: tuple[Supplier, ...], scale: Scale) -> Catalogue:
    """Products spread evenly over the categories, no name twice. Raises ValueError when there are too few words."""
    rng = stream(scale.number, "catalogue")
    shares = np.diff(np.arange(len(words.categories) + 1) * scale.products // len(words.categories))
    products = [
        product
        for category, count in enumerate(shares.tolist())
        for product in _shelf(words, suppliers, (category, count, scale.days), rng)
    ]
    counts = np.array([len(words.categories[product.category].factors) for product in products])
    product_of = np.repeat(np.arange(len(products)), counts)
    factors = [factor for product in products for factor in words.categories[product.category].factors.items()]
    euro = np.array([_euro(words.categories[product.category], product.level) for product in products])
    return Catalogue(
        products=products,
        product_of=product_of,
        option_values=[value for value, _ in factors],
        skus=list(_skus(words, products)),
        prices=list_prices(euro[product_of] * np.array([factor for _, factor in factors])),
    )


def _shelf(
    words: Vocabulary, suppliers: tuple[Supplier, ...], wanted: tuple[int, int, int], rng: np.random.Generator
) -> Iterator[Product]:
    number, count, days = wanted
    category = words.categories[number]
    shape = (len(STYLES), WORDS_PER_STYLE, len(category.materials), len(category.nouns))
    if count > math.prod(shape):
        raise ValueError(f"{category.slug} has words for {math.prod(shape)} products, not for {count}")
    firms = [n for n, firm in enumerate(suppliers) if words.departments[category.department].slug in firm.departments]
    levels = _levels(shape, rng)
    for combination in rng.choice(math.prod(shape), size=count, replace=False).tolist():
        style, word, material, noun = (int(part) for part in np.unravel_index(combination, shape))
        supplier, look = int(rng.choice(firms)), words.looks[category.family][style]
        use = int(rng.integers(len(category.uses)))
        yield Product(
            category=number,
            style=style,
            material=material,
            noun=noun,
            supplier=supplier,
            level=float(np.clip(levels[material, noun] + rng.normal(0, 0.08), 0, 1)),
            age_days=_age(days, rng),
            name=product_name(look.words[word], category.materials[material], category.nouns[noun]),
            description=product_description(category, use, category.materials[material], look, suppliers[supplier]),
        )


def _levels(shape: tuple[int, int, int, int], rng: np.random.Generator) -> Floats:
    """By material and noun: a copper kettle costs more than a glass dripper, whoever makes it."""
    _, _, materials, nouns = shape
    levels: Floats = 0.5 * rng.random((materials, 1)) + 0.5 * rng.random((1, nouns))
    return levels


def _age(days: int, rng: np.random.Generator) -> int:
    if rng.random() < _SOLD_FROM_THE_START:
        return days + int(rng.integers(1, 400))
    return int(rng.integers(min(14, days), days + 1))


def _euro(category: Category, level: float) -> float:
    low, high = category.price
    return float(low * (high / low) ** level)


def _skus(words: Vocabulary, products: list[Product]) -> Iterator[str]:
    for number, product in enumerate(products, start=1):
        category = words.categories[product.category]
        for value in category.factors:
            yield f"{words.departments[category.department].code}-{number:05d}-{slug(value).replace('-', '').upper()}"

"""How much each customer wants each product, and how that goes up and down over the weeks."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import Bools, Floats, Ints, stream
from hanse.seed.calendar import Calendar
from hanse.seed.catalogue import Catalogue
from hanse.seed.customers import HIDDEN, Customers
from hanse.seed.scale import Scale
from hanse.seed.vocabulary import STYLES, Vocabulary

WEEK = 7
_STYLE, _CATEGORY, _HIDDEN, _PRICE = 1.5, 1.15, 0.55, 0.9
"""How strongly each side of a taste decides. Together they make collaborative filtering worth its while."""

_PARTNERS = 3


@dataclass(frozen=True)
class Demand:
    """`wish[u, p]` is steady; `wave[w, p]` is the week's factor, 0 before the product is launched.

    `repeat[p]` is how likely it is bought again; `partners[p]` are the products that go with it, -1 for none.
    """

    wish: Floats
    wave: Floats
    repeat: Floats
    partners: Ints
    launched: Ints


def make_demand(
    words: Vocabulary, catalogue: Catalogue, customers: Customers, calendar: Calendar, scale: Scale
) -> Demand:
    rng = stream(scale.number, "demand")
    category = np.array([product.category for product in catalogue.products])
    styles = np.eye(len(STYLES))[[product.style for product in catalogue.products]]
    styles = styles + rng.normal(0, 0.2, styles.shape)
    launched = calendar.days - np.array([product.age_days for product in catalogue.products])
    return Demand(
        wish=_wish(words, catalogue, customers, styles, rng),
        wave=_wave(words, category, launched, calendar, rng),
        repeat=np.array([one.repeat for one in words.categories])[category],
        partners=_partners(words, category, styles),
        launched=launched,
    )


def _wish(
    words: Vocabulary, catalogue: Catalogue, customers: Customers, styles: Floats, rng: np.random.Generator
) -> Floats:
    products = catalogue.products
    category = [product.category for product in products]
    nouns = max(len(one.nouns) for one in words.categories)
    hidden = rng.normal(0, 1, (len(words.categories), nouns, HIDDEN))[category, [product.noun for product in products]]
    level = np.array([product.level for product in products])
    ranges = np.log([words.categories[n].price[1] / words.categories[n].price[0] for n in category])
    apart = (level - 0.5) * ranges - customers.budget[:, None]
    appeal = rng.normal(0, 0.55, len(products))
    wish: Floats = np.exp(
        appeal
        + _STYLE * customers.styles @ styles.T
        + _CATEGORY * customers.categories[:, category]
        + _HIDDEN * customers.hidden @ hidden.T
        - _PRICE * apart**2
    )
    return wish


def _wave(words: Vocabulary, category: Ints, launched: Ints, calendar: Calendar, rng: np.random.Generator) -> Floats:
    weeks = np.arange(0, calendar.days, WEEK)
    seasons = _seasons(words, calendar)[np.minimum(weeks + WEEK // 2, calendar.days - 1)]
    age = weeks[:, None] - launched
    newness = np.where(age >= 0, 1 + np.exp(-age.clip(min=0) / 40), 0.0)
    reduced = np.stack([calendar.discount[:, :, day : day + WEEK].mean(axis=(0, 2)) for day in weeks])
    department = np.array([one.department for one in words.categories])
    wave: Floats = (
        (seasons * (1 + 0.05 * reduced[:, department]))[:, category]
        * newness
        * np.exp(_fashion((len(weeks), len(category)), rng))
    )
    return wave


def _seasons(words: Vocabulary, calendar: Calendar) -> Floats:
    """Days x categories: a yearly cosine around the peak month, and Advent."""
    months = calendar.months[:, None]
    peak, swell, gift = (
        np.array([getattr(one, name) for one in words.categories]) for name in ("peak", "swell", "gift")
    )
    yearly = 1 + swell * np.cos(2 * np.pi * (months - peak) / 12)
    seasons: Floats = yearly.clip(min=0.1) * np.where(months == 12, 1 + gift, np.where(months == 11, 1 + gift / 3, 1))
    return seasons


def _fashion(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A slow random walk per product that always finds back to 0 (autoregressive, standard deviation about 0.4)."""
    steps = rng.normal(0, 0.15, shape)
    for week in range(1, len(steps)):
        steps[week] += 0.93 * steps[week - 1]
    return steps


def _partners(words: Vocabulary, category: Ints, styles: Floats) -> Ints:
    """For each product those of its companion categories that look most like it."""
    number_of = {one.slug: number for number, one in enumerate(words.categories)}
    partners = np.full((len(category), _PARTNERS), -1, dtype=np.int64)
    for number, one in enumerate(words.categories):
        own = np.flatnonzero(category == number)
        fitting: Bools = np.isin(category, [number_of[slug] for slug in one.goes_with])
        others = np.flatnonzero(fitting)
        if not len(own) or not len(others):
            continue
        likeness = styles[own] @ styles[others].T
        likeness[own[:, None] == others] = -np.inf
        best = np.argsort(-likeness, axis=1)[:, :_PARTNERS]
        partners[own, : best.shape[1]] = others[best]
    return partners

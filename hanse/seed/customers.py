"""Invented people, and the tastes that nobody sees."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import Floats, Ints, stream
from hanse.seed.naming import email, full_name
from hanse.seed.scale import Scale
from hanse.seed.vocabulary import STYLES, Vocabulary
from hanse.seed.world import Archetype, Country, World

HIDDEN = 4
"""Dimensions of taste for what a thing is (green tea, not black), beside the styles that say how it looks."""

SAMPLE_CUSTOMER, SAMPLE_ANALYST = 0, 1
"""The customers as whom people can log in: there from the beginning, and at home in the first country."""

_THERE_BEFORE = 0.45
_LEAVING = 0.3
_BULK_BUYERS = 0.03


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    country: str
    language: str
    currency: str
    address: dict[str, str]


@dataclass(frozen=True)
class Customers:
    """Row u of each array is about `people[u]`.

    `pace` is relative; they buy from day `joined` to day `left` of the history. `styles` (by STYLES), `categories` and
    `hidden` are tastes; `budget` is the logarithm of a factor on what they like to pay; `fit` (0 to 1) is their size;
    `bulk` multiplies quantities.
    """

    people: list[Person]
    region: Ints
    currency: Ints
    pace: Floats
    joined: Ints
    left: Ints
    styles: Floats
    categories: Floats
    hidden: Floats
    budget: Floats
    fit: Floats
    bulk: Ints


def make_customers(words: Vocabulary, place: World, currencies: tuple[str, ...], scale: Scale) -> Customers:
    """One more than the scale says: the sample analyst shops too."""
    rng = stream(scale.number, "customers")
    count = scale.customers + 1
    homes = [place.countries[n] for n in rng.choice(len(place.countries), count, p=_shares(place.countries)).tolist()]
    kinds = rng.choice(len(place.archetypes), count, p=_shares(place.archetypes))
    joined, left = _stays(count, scale.days, rng)
    for sample in (SAMPLE_CUSTOMER, SAMPLE_ANALYST):
        homes[sample], joined[sample] = place.countries[0], 0
    return Customers(
        people=[_person(country, number, rng) for number, country in enumerate(homes)],
        region=np.array([country.region for country in homes]),
        currency=np.array([currencies.index(country.currency) for country in homes]),
        pace=np.array([kind.pace for kind in place.archetypes])[kinds] * rng.lognormal(0, 0.85, count),
        joined=joined,
        left=left,
        styles=_styles(place.archetypes)[kinds] + rng.normal(0, 0.35, (count, len(STYLES))),
        categories=_categories(words, place.archetypes)[kinds] + rng.normal(0, 0.55, (count, len(words.categories))),
        hidden=rng.normal(0, 1, (count, HIDDEN)),
        budget=np.log([kind.budget for kind in place.archetypes])[kinds] + rng.normal(0, 0.3, count),
        fit=rng.random(count),
        bulk=np.where(rng.random(count) < _BULK_BUYERS, rng.integers(3, 9, count), 1),
    )


def _shares(parts: tuple[Country, ...] | tuple[Archetype, ...]) -> Floats:
    shares = np.array([part.share for part in parts])
    shares /= shares.sum()
    return shares


def _person(country: Country, number: int, rng: np.random.Generator) -> Person:
    given = country.given[rng.integers(len(country.given))]
    family = country.family[rng.integers(len(country.family))]
    city, postcode, region = country.cities[rng.integers(len(country.cities))]
    street = country.streets[rng.integers(len(country.streets))].format(n=rng.integers(1, 150))
    name = full_name(given, family, family_first=country.family_first)
    address = {"name": name, "line1": street, "city": city, "postcode": postcode, "country": country.code}
    if region:
        address["region"] = region
    return Person(
        name=name,
        email=email(given, family, number),
        country=country.code,
        language=country.language,
        currency=country.currency,
        address=address,
    )


def _stays(count: int, days: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    joined = np.where(rng.random(count) < _THERE_BEFORE, 0, rng.integers(0, max(days - 5, 1), count))
    stay = np.where(rng.random(count) < _LEAVING, rng.exponential(days / 3, count).astype(np.int64), days)
    return joined, np.minimum(joined + stay, days - 1)


def _styles(archetypes: tuple[Archetype, ...]) -> Floats:
    return np.array([[kind.styles.get(style, 0.0) for style in STYLES] for kind in archetypes])


def _categories(words: Vocabulary, archetypes: tuple[Archetype, ...]) -> Floats:
    slugs = [words.departments[category.department].slug for category in words.categories]
    return np.array([[kind.departments.get(slug, 0.0) for slug in slugs] for kind in archetypes])

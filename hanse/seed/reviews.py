"""Who said what of the things that they bought, kept and had in their hands, from `data/reviews.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.reviews.rules import mean_rating
from hanse.seed.arrays import DAY, Ints, stream
from hanse.seed.history import History, Shop
from hanse.seed.lifecycle import DELIVERED
from hanse.seed.scale import Scale
from hanse.seed.vocabulary import data

PENDING, PUBLISHED, REJECTED = range(3)
STATES = ("pending", "published", "rejected")

_TELLING = 0.05
"""The share of purchases of which a customer of average talkativeness tells."""

_USUAL, _QUALITY, _MOOD = 4.3, 0.45, 0.8
"""Stars in the mean, and how far products and single opinions lie from it."""

_UNREAD_DAYS = 3
_REJECTED = 0.01
_ENDING = 0.3


@dataclass(frozen=True)
class Reviews:
    """One entry a review, no two of the same customer and product; `at` in milliseconds."""

    customer: Ints
    product: Ints
    rating: Ints
    state: Ints
    at: Ints
    titles: list[str]
    bodies: list[str]

    def means(self, products: int) -> tuple[list[int | None], list[int]]:
        """By product: the mean of what is published, in hundredths of a star, and how many that are."""
        shown = self.state == PUBLISHED
        count = np.bincount(self.product[shown], minlength=products).tolist()
        stars = np.bincount(self.product[shown], weights=self.rating[shown], minlength=products).astype(int).tolist()
        return [mean_rating(*one) for one in zip(stars, count, strict=True)], count


def make_reviews(shop: Shop, history: History, scale: Scale) -> Reviews:
    """The newest ones still wait to be read."""
    rng = stream(scale.number, "reviews")
    end = int(np.datetime64(shop.calendar.first, "ms").astype(np.int64)) + shop.calendar.days * DAY
    line, at = _told(shop, history, end, rng)
    customer, product = history.customer[history.lines.order[line]], history.lines.product[line]
    quality = rng.normal(0, _QUALITY, len(shop.catalogue.products))
    stars = _USUAL + quality[product] + rng.normal(0, _MOOD, len(line))
    rating = np.rint(stars).clip(1, 5).astype(np.int64)
    state = np.where(at >= end - _UNREAD_DAYS * DAY, PENDING, PUBLISHED)
    state = np.where((rng.random(len(line)) < _REJECTED) & (state == PUBLISHED), REJECTED, state)
    titles, bodies = _texts(shop, (customer, product, rating), rng)
    return Reviews(customer, product, rating, state, at, titles, bodies)


def _told(shop: Shop, history: History, end: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The lines that are told of, and when, by that moment."""
    lives, lines = history.lives, history.lines
    kept = (lives.state == DELIVERED)[lines.order] & (history.returned < lines.quantity)
    _, first = np.unique(
        history.customer[lines.order] * len(shop.catalogue.products) + lines.product, return_index=True
    )
    possible = np.sort(first[kept[first]])
    talkative = rng.lognormal(0, 0.8, len(shop.customers.people))[history.customer[lines.order[possible]]]
    line = possible[rng.random(len(possible)) < _TELLING * talkative]
    at = lives.delivered[lines.order[line]] + rng.integers(DAY, 21 * DAY, len(line))
    line, at = line[at < end], at[at < end]
    order = np.argsort(at, kind="stable")
    return line[order], at[order]


def _texts(shop: Shop, told: tuple[Ints, Ints, Ints], rng: np.random.Generator) -> tuple[list[str], list[str]]:
    words, drawn = data("reviews"), rng.random((len(told[0]), 4)).tolist()
    families = [category.family for category in shop.words.categories]
    titles, bodies = [], []
    for customer, product, rating, (title, opening, goods, ending) in zip(
        *(one.tolist() for one in told), drawn, strict=True
    ):
        person, stars = shop.customers.people[customer], words["stars"][str(rating)]
        chinese = person.language != "en"
        on_goods = words["families"][families[shop.catalogue.products[product].category]]
        parts = [_pick(stars["openings"], opening), _pick(on_goods["good" if rating > 3 else "bad"], goods)]
        if rating == 3:
            parts.pop()
        if rating > 3 and ending < _ENDING:
            parts.append(_pick(words["ending"]["words"], ending / _ENDING))
        titles.append(_pick(stars["titles"], title)[chinese])
        bodies.append(("" if chinese else " ").join(part[chinese] for part in parts))
    return titles, bodies


def _pick(texts: Sequence[Any], chance: float) -> Any:
    return texts[int(chance * len(texts))]

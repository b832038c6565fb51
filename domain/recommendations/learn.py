"""The whole training job over arrays: judge, then learn from everything. Touches no database."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter
from typing import TypeVar
from uuid import UUID

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it carries no types

from domain.orders.purchases import PurchaseLines
from domain.recommendations.interactions import Interactions, Ints, bought, encode
from domain.recommendations.taste import Best, Parameters, best_new, learn_taste, recent_popularity
from domain.recommendations.together import bought_together
from domain.recommendations.validation import JUDGED_AT_LEAST, WINDOW_DAYS, Quality, tuned, validate

FOR_A_CUSTOMER, FOR_A_PRODUCT = 50, 20

T = TypeVar("T")


@dataclass(frozen=True)
class Suggestions:
    """What to suggest to (or beside) one subject, best first."""

    subject_id: UUID
    product_ids: list[UUID]
    scores: list[float]


@dataclass(frozen=True)
class Learned:
    """`refusal` says why this must not be published; then there are no suggestions."""

    for_customers: list[Suggestions]
    for_products: list[Suggestions]
    popular: list[UUID]
    metrics: dict[str, object]
    parameters: Parameters
    refusal: str | None


def learn(lines: PurchaseLines, live: Collection[UUID], start: Parameters, now: datetime) -> Learned:
    """Tune, judge on the last complete 30 days, then learn from all `lines` and rank the products in `live`.

    The same lines, products and parameters give the same answer. `now` bounds the window: today is not complete.
    """
    seconds: dict[str, float] = {}
    with threadpool_limits(limits=1, user_api="blas"):
        history = _timed(seconds, "encode", lambda: encode(lines))
        sellable = _codes(history, live)
        end = _window_end(history, now)
        parameters = _timed(seconds, "tune", lambda: tuned(history, sellable, end - WINDOW_DAYS, start))
        quality = _timed(seconds, "validate", lambda: validate(history, sellable, end, parameters))
        refusal = _refusal(quality)
        if refusal:
            return Learned([], [], [], _metrics(history, quality, seconds), parameters, refusal)
        ranking = _timed(seconds, "fit", lambda: learn_taste(history, sellable, _end(history), parameters))
        everybody = np.arange(len(history.customers))
        owned = bought(history)
        best = _timed(seconds, "rank", lambda: best_new(ranking, everybody, owned, FOR_A_CUSTOMER))
        beside = _timed(seconds, "together", lambda: bought_together(history, sellable, FOR_A_PRODUCT))
    return Learned(
        for_customers=_suggestions(history.customers, best, history.products),
        for_products=_suggestions(history.products, beside, history.products),
        popular=_most_popular(history, sellable, parameters),
        metrics=_metrics(history, quality, seconds),
        parameters=parameters,
        refusal=None,
    )


def _timed(seconds: dict[str, float], name: str, step: Callable[[], T]) -> T:
    started = perf_counter()
    result = step()
    seconds[name] = round(perf_counter() - started, 3)
    return result


def _codes(history: Interactions, live: Collection[UUID]) -> Ints:
    wanted = frozenset(live)
    return np.array([code for code, product in enumerate(history.products) if product in wanted], dtype=np.int64)


def _end(history: Interactions) -> int:
    """The day after the last purchase: ages count from there, so that an imported past is as good as the present."""
    return int(history.day.max()) + 1 if len(history.day) else 0


def _window_end(history: Interactions, now: datetime) -> int:
    today = (now.astimezone(UTC).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    return min(_end(history), today)


def _refusal(quality: Quality) -> str | None:
    if quality.customers < JUDGED_AT_LEAST:
        return f"not enough history: {quality.customers} customers to judge by, {JUDGED_AT_LEAST} needed"
    if quality.model < quality.popularity:
        return f"nDCG@10 {quality.model:.4f} is below popularity's {quality.popularity:.4f}"
    return None


def _metrics(history: Interactions, quality: Quality, seconds: dict[str, float]) -> dict[str, object]:
    customers, products = history.shape
    return {
        "ndcg_at_10": round(quality.model, 6),
        "popularity_ndcg_at_10": round(quality.popularity, 6),
        "judged_customers": quality.customers,
        "window": [str(np.datetime64(day, "D")) for day in (quality.window_start, quality.window_end)],
        "customers": customers,
        "products": products,
        "purchase_lines": len(history.item),
        "seconds": seconds,
        "versions": {name: version(name) for name in ("implicit", "numpy", "scipy")},
    }


def _suggestions(subjects: list[UUID], best: Best, products: list[UUID]) -> list[Suggestions]:
    """One for each subject that has any."""
    found = []
    for subject, items, scores in zip(subjects, best.items, best.scores, strict=True):
        kept = items >= 0
        if kept.any():
            chosen = [products[item] for item in items[kept]]
            found.append(Suggestions(subject, chosen, [round(float(score), 4) for score in scores[kept]]))
    return found


def _most_popular(history: Interactions, sellable: Ints, parameters: Parameters) -> list[UUID]:
    scores = recent_popularity(history, sellable, _end(history), parameters).items.ravel()
    order = np.argsort(-scores, kind="stable")[:FOR_A_CUSTOMER]
    return [history.products[code] for code in sellable[order]]

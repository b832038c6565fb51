"""Daily revenue of the next weeks from its past: a regression on trend, weekday and month. Arrays in, arrays out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import Ridge

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Predict = Callable[[Days], Floats]

WEEKS_AHEAD = 8
HORIZON = 7 * WEEKS_AHEAD
HISTORY_FOR_MONTHS = 396
"""Thirteen months: with less, a month's coefficient would be the trend's in disguise."""

SHORTEST_HISTORY = 28
_RECENT = 42
_Z80 = 1.2816


@dataclass(frozen=True)
class Forecast:
    """Values are those of the history's unit. `low` and `high` bound 80 % of the weeks, `fitted` is of the history's
    days. Errors are the sum of absolute errors over the sum of sales (WAPE) on `held_out_days`, None where the history
    is too short to hold any back.
    """

    method: str
    fitted: Floats
    daily: Floats
    weekly: Floats
    low: Floats
    high: Floats
    held_out_days: int
    error: float | None
    naive_error: float | None


def forecast(first_day: date, sales: Floats) -> Forecast | None:
    """The 56 days after the last of `sales`, which holds one value a day from `first_day` on, and their weekly sums.

    Ridge regression on trend, weekday and month; with less than 13 months of history the mean of the last six same
    weekdays. One-off bulk days are capped for learning, weekdays without sales are forecast as 0, nothing is below 0.
    The error is measured by forecasting the last days from those before, against repeating the last week. None with
    less than four weeks of history.
    """
    if len(sales) < SHORTEST_HISTORY or not sales.any():
        return None
    days = np.datetime64(first_day, "D") + np.arange(len(sales))
    method, predict = _learn(days, sales)
    fitted, daily = predict(days), predict(days[-1] + np.arange(1, HORIZON + 1))
    weekly = daily.reshape(WEEKS_AHEAD, 7).sum(axis=1)
    held_out, predicted, naive = _hold_out(days, sales)
    actual = sales[len(sales) - held_out :]
    margin = _Z80 * max(_weekly_deviation(sales - fitted), _weekly_deviation(actual - predicted))
    return Forecast(
        method=method,
        fitted=fitted,
        daily=daily,
        weekly=weekly,
        low=(weekly - margin).clip(min=0),
        high=weekly + margin,
        held_out_days=held_out,
        error=_wape(actual, predicted),
        naive_error=_wape(actual, naive),
    )


def weekly_sums(values: Floats) -> Floats:
    """Sums of whole weeks counted back from the last day; leading days that make no week are left out."""
    sums: Floats = values[len(values) % 7 :].reshape(-1, 7).sum(axis=1)
    return sums


def _learn(days: Days, sales: Floats) -> tuple[str, Predict]:
    closed = _closed_weekdays(days, sales)
    capped = _without_bulk(sales)
    if len(sales) < HISTORY_FOR_MONTHS:
        return "weekday_mean", _weekday_mean(days, capped)
    return "ridge", _ridge(days, capped, closed)


def _ridge(days: Days, sales: Floats, closed: Bools) -> Predict:
    is_open = ~closed[_weekday(days)]
    start = days[0]
    model = Ridge(alpha=1.0).fit(_features(days[is_open], start), sales[is_open])

    def predict(wanted: Days) -> Floats:
        values: Floats = model.predict(_features(wanted, start)).clip(min=0)
        values[closed[_weekday(wanted)]] = 0
        return values

    return predict


def _weekday_mean(days: Days, sales: Floats) -> Predict:
    weekday = _weekday(days[-_RECENT:])
    counts = np.bincount(weekday, minlength=7)
    means = np.bincount(weekday, weights=sales[-_RECENT:], minlength=7) / counts

    def predict(wanted: Days) -> Floats:
        values: Floats = means[_weekday(wanted)]
        return values

    return predict


def _features(days: Days, start: np.datetime64) -> Floats:
    """Years since `start`, then a column for each weekday and each month."""
    years = (days - start).astype(np.float64) / 365.25
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    return np.column_stack([years, np.eye(7)[_weekday(days)], np.eye(12)[month]])


def _weekday(days: Days) -> npt.NDArray[np.int64]:
    """Monday is 0; 1970-01-01 was a Thursday."""
    weekday: npt.NDArray[np.int64] = (days.astype(np.int64) + 3) % 7
    return weekday


def _closed_weekdays(days: Days, sales: Floats) -> Bools:
    """Weekdays on which at most one of the last 26 weeks saw a sale, while the shop was open on others."""
    recent = slice(-min(len(days), 182), None)
    open_days = np.bincount(_weekday(days[recent]), weights=sales[recent] > 0, minlength=7)
    closed: Bools = open_days <= (1 if len(days) >= 182 else 0)
    return closed if not closed.all() else np.zeros(7, dtype=bool)


def _without_bulk(sales: Floats) -> Floats:
    """Sales capped at Tukey's outer fence of the days with sales: third quartile plus three times the interquartile."""
    lower, upper = np.percentile(sales[sales > 0], [25, 75])
    return sales.clip(max=upper + 3 * (upper - lower)) if upper > lower else sales


def _hold_out(days: Days, sales: Floats) -> tuple[int, Floats, Floats]:
    """How many of the last days were forecast from those before, that forecast, and the last week repeated."""
    held_out = HORIZON if len(sales) >= 3 * HORIZON else 0
    if not held_out or not sales[:-held_out].any():
        return 0, np.zeros(0), np.zeros(0)
    _, predict = _learn(days[:-held_out], sales[:-held_out])
    return held_out, predict(days[-held_out:]), np.tile(sales[-held_out - 7 : -held_out], held_out // 7)


def _weekly_deviation(residuals: Floats) -> float:
    """Root mean square of the residuals' weekly sums."""
    sums = weekly_sums(residuals)
    return float(np.sqrt((sums**2).mean())) if len(sums) else 0.0


def _wape(actual: Floats, predicted: Floats) -> float | None:
    total = np.abs(actual).sum()
    return float(np.abs(actual - predicted).sum() / total) if total else None

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from domain.analytics.forecast import HORIZON, forecast, weekly_sums

FIRST = date(2024, 1, 1)
"""A Monday."""


def _sales(days: int, *, growth: float = 0.5, noise: float = 0.1) -> npt.NDArray[np.float64]:
    """Growing sales, twice as high on Fridays, a high December, none on Sundays."""
    random = np.random.default_rng(4)
    day = np.arange(days)
    month = (np.datetime64(FIRST, "D") + day).astype("datetime64[M]").astype(int) % 12
    level = 1000 * (1 + growth * day / 365) * np.where(month == 11, 1.8, 1.0) * np.where(day % 7 == 4, 2.0, 1.0)
    sales: npt.NDArray[np.float64] = level * np.where(day % 7 == 6, 0.0, 1.0) * random.normal(1, noise, days).clip(0.5)
    return sales


def test_trend_weekdays_and_months_are_learned() -> None:
    sales = _sales(3 * 365)

    ahead = forecast(FIRST, sales[:1000])

    assert ahead is not None
    assert ahead.method == "ridge"
    actual = sales[1000 : 1000 + HORIZON]
    assert np.abs(ahead.daily - actual).sum() / actual.sum() < 0.2


def test_the_error_is_measured_on_days_held_back_and_beats_repeating_a_week() -> None:
    ahead = forecast(FIRST, _sales(900))

    assert ahead is not None
    assert ahead.held_out_days == 56
    assert ahead.error is not None
    assert ahead.naive_error is not None
    assert ahead.error < ahead.naive_error


def test_weekdays_without_sales_are_forecast_as_nothing() -> None:
    ahead = forecast(FIRST, _sales(700))

    assert ahead is not None
    sundays = (700 + np.arange(HORIZON)) % 7 == 6
    assert (ahead.daily[sundays] == 0).all()
    assert (ahead.daily[~sundays] > 0).all()


def test_less_than_thirteen_months_use_the_mean_of_the_weekday() -> None:
    sales = np.tile(np.array([10.0, 20, 30, 40, 50, 0, 0]), 26)

    ahead = forecast(FIRST, sales)

    assert ahead is not None
    assert ahead.method == "weekday_mean"
    assert ahead.weekly == pytest.approx(np.full(8, 150.0))
    assert ahead.daily[:7].tolist() == [10, 20, 30, 40, 50, 0, 0]
    assert ahead.error == pytest.approx(0)


def test_a_single_bulk_day_does_not_move_the_forecast_much() -> None:
    sales = _sales(700, noise=0.02)
    bulky = sales.copy()
    bulky[695] = 500_000

    plain, moved = forecast(FIRST, sales), forecast(FIRST, bulky)

    assert plain is not None
    assert moved is not None
    assert moved.weekly == pytest.approx(plain.weekly, rel=0.1)


def test_falling_sales_are_never_forecast_below_nothing() -> None:
    falling = np.linspace(1000, 1, 500)

    ahead = forecast(FIRST, falling)

    assert ahead is not None
    assert ahead.daily.min() >= 0
    assert ahead.low.min() >= 0


def test_weeks_are_the_sums_of_their_days_within_their_interval() -> None:
    ahead = forecast(FIRST, _sales(500))

    assert ahead is not None
    assert ahead.weekly == pytest.approx(ahead.daily.reshape(8, 7).sum(axis=1))
    assert (ahead.low < ahead.weekly).all()
    assert (ahead.weekly < ahead.high).all()


@pytest.mark.parametrize("sales", [np.zeros(0), np.zeros(400), np.ones(27)])
def test_too_little_history_is_no_forecast(sales: npt.NDArray[np.float64]) -> None:
    assert forecast(FIRST, sales) is None


@pytest.mark.parametrize("days", [28, 60, 168, 395, 396, 452, 453])
def test_any_length_of_history_gives_finite_numbers(days: int) -> None:
    ahead = forecast(FIRST, _sales(days))

    assert ahead is not None
    assert np.isfinite(np.concatenate([ahead.daily, ahead.fitted, ahead.low, ahead.high])).all()
    assert len(ahead.fitted) == days


def test_weeks_are_counted_back_from_the_last_day() -> None:
    assert weekly_sums(np.arange(16, dtype=np.float64)).tolist() == [35, 84]
    assert weekly_sums(np.arange(6, dtype=np.float64)).tolist() == []

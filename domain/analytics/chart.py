"""The picture of a sales report: weekly revenue, what the model makes of it, and the weeks to come, as SVG."""

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from babel.dates import format_skeleton
from babel.numbers import format_compact_currency
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from domain.analytics.forecast import WEEKS_AHEAD, Forecast, weekly_sums
from domain.shared.messages import text
from domain.shared.money import currency_exponent

Floats = npt.NDArray[np.float64]

_EPOCH = date(1970, 1, 1)
_INK, _QUIET, _SALES, _AHEAD = "#1f2933", "#8a94a0", "#2f6f9f", "#d9772b"
_STYLE: dict[Any, Any] = {
    # text stays text, in the reader's fonts: it can be searched, and Chinese needs no font on the server
    "svg.fonttype": "none",
    "svg.hashsalt": "hanse",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _QUIET,
    "ytick.color": _QUIET,
}

_ONE_AT_A_TIME = Lock()
"""Matplotlib's style and Python's warning filters belong to the whole process."""


@dataclass(frozen=True)
class Picture:
    """What to draw: revenue a day from `first_day` on in minor units of `currency`, and its forecast if there is one.

    `shown_from` is where the picture begins; the forecast may have learned from more.
    """

    first_day: date
    revenue: Floats
    forecast: Forecast | None
    shown_from: date
    currency: str
    language: str


def sales_chart(picture: Picture) -> bytes:
    """The chart as SVG, with title and labels in the picture's language. The same picture gives the same bytes."""
    with _ONE_AT_A_TIME, rc_context(_STYLE), warnings.catch_warnings():
        # Matplotlib measures text with its own fonts, which lack Chinese; the reader's will draw it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(11, 5.2), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, picture)
        _label(axes, picture)
        drawn = BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": "Hanse"})
    return drawn.getvalue()


def _draw(axes: Axes, picture: Picture) -> None:
    starts, sums = _shown(picture, picture.revenue)
    if not len(starts):
        axes.text(0.5, 0.5, text("CHART_NO_SALES", picture.language), transform=axes.transAxes, ha="center")
        axes.set_axis_off()
        return
    axes.plot(starts, sums, color=_SALES, linewidth=2, label=text("CHART_SALES", picture.language))
    if picture.forecast is None:
        return
    _, fitted = _shown(picture, picture.forecast.fitted)
    axes.plot(starts, fitted, color=_QUIET, linewidth=1.2, linestyle="--", label=text("CHART_FIT", picture.language))
    unit = 10 ** currency_exponent(picture.currency)
    ahead = starts[-1] + 7.0 * np.arange(WEEKS_AHEAD + 1)
    middle, low, high = (
        np.concatenate([sums[-1:], values / unit])
        for values in (picture.forecast.weekly, picture.forecast.low, picture.forecast.high)
    )
    interval = text("CHART_INTERVAL", picture.language)
    axes.fill_between(ahead, low, high, color=_AHEAD, alpha=0.18, linewidth=0, label=interval)
    axes.plot(ahead, middle, color=_AHEAD, linewidth=2, label=text("CHART_FORECAST", picture.language))
    axes.axvline(starts[-1], color=_QUIET, linewidth=0.8, linestyle=":")


def _shown(picture: Picture, daily: Floats) -> tuple[Floats, Floats]:
    """The weeks that begin on or after `shown_from`: days since 1970-01-01, as Matplotlib counts, and major units."""
    sums = weekly_sums(daily)
    first_week = (picture.first_day - _EPOCH).days + len(daily) % 7
    starts: Floats = first_week + 7.0 * np.arange(len(sums), dtype=np.float64)
    shown = starts >= (picture.shown_from - _EPOCH).days
    return starts[shown], sums[shown] / float(10 ** currency_exponent(picture.currency))


def _label(axes: Axes, picture: Picture) -> None:
    locale = picture.language.replace("-", "_")
    title = text("CHART_TITLE", picture.language).format(currency=picture.currency)
    axes.set_title(title, loc="left", fontsize=15, fontweight="bold", pad=30)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#cbd2d9")
    axes.yaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _: format_compact_currency(value, picture.currency, locale=locale, fraction_digits=1)
        )
    )
    first, last = axes.get_xlim()
    skeleton = "yMMM" if last - first > 180 else "yMMMd"
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=4, maxticks=9))  # type: ignore[no-untyped-call]  # declares none
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_skeleton(skeleton, _EPOCH + timedelta(days=value), locale=locale))
    )
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.4, frameon=False, ncols=4, fontsize=10)

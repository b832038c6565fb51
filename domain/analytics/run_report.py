"""Making a report: sales by day and category as CSV, a chart, and a forecast of the next weeks."""

import asyncio
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from domain.analytics.chart import Picture, sales_chart
from domain.analytics.forecast import Forecast, forecast
from domain.analytics.queries import files_of
from domain.analytics.report_files import StoredFile, forget_others, keep
from domain.analytics.report_steps import Finished, Period, advance_to, begin, finish
from domain.analytics.sales_csv import sales_csv
from domain.catalog.categories.queries import categories
from domain.catalog.listing.assortment import category_of_each_product
from domain.channels.storefront import storefront
from domain.orders.sales import DailySales, revenue_by_day, sales_by_day_and_group
from domain.shared.clock import now

Floats = npt.NDArray[np.float64]

CONTEXT = timedelta(weeks=12)
"""The least that the chart shows of the past: a forecast says nothing without one."""


async def run_report(event_id: UUID, report_id: UUID) -> None:
    """Make the report's files and finish it; harmless to run again, after a kill half-way or beside another worker.

    Progress is visible while it works. Raises what went wrong, for the queue to try again; after three attempts the
    next one fails the report with a reason.
    """
    period = await begin(event_id, report_id)
    if period is None:
        return
    sales, names = await _sales(period)
    await advance_to(report_id, 20)
    csv = await keep(report_id, "csv", await asyncio.to_thread(sales_csv, sales, names, period.currency))
    await advance_to(report_id, 40)
    first_day, revenue = await _daily_revenue(period)
    await advance_to(report_id, 50)
    ahead = await asyncio.to_thread(forecast, first_day, revenue)
    await advance_to(report_id, 70)
    chart = await _chart(report_id, period, (first_day, revenue, ahead))
    await advance_to(report_id, 90)
    result = {"total_minor": sum(one.revenue_minor for one in sales), "forecast": _summary(first_day, revenue, ahead)}
    await finish(event_id, report_id, Finished(csv, len(sales), chart, result))
    await forget_others(report_id, await files_of(report_id))


async def _sales(period: Period) -> tuple[list[DailySales], dict[int, tuple[str, str]]]:
    """The sales, their groups standing for categories, and each group's slug and name."""
    known = await categories((await storefront(None, None, (period.language,))).languages)
    numbers = {category.id: number for number, category in enumerate(known)}
    groups = {product: numbers[category] for product, category in (await category_of_each_product()).items()}
    sales = await sales_by_day_and_group(period.since, period.until, period.currency, groups)
    return sales, {number: (category.slug, category.name) for number, category in enumerate(known)}


async def _daily_revenue(period: Period) -> tuple[date, Floats]:
    """Minor units of every day from the first sale to the end of the period, days without sales included.

    Today is left out: it is not over, and would look like a slump.
    """
    last_day = min(period.until, now().astimezone(UTC).date() - timedelta(days=1))
    sold = await revenue_by_day(last_day, period.currency)
    if not sold:
        return last_day, np.zeros(0)
    first_day = sold[0][0]
    revenue = np.zeros((last_day - first_day).days + 1)
    for day, minor in sold:
        revenue[(day - first_day).days] = minor
    return first_day, revenue


async def _chart(report_id: UUID, period: Period, history: tuple[date, Floats, Forecast | None]) -> StoredFile:
    first_day, revenue, ahead = history
    last_day = first_day + timedelta(days=len(revenue))
    shown_from = min(period.since, last_day - CONTEXT)
    picture = Picture(first_day, revenue, ahead, shown_from, period.currency, period.language)
    return await keep(report_id, "svg", await asyncio.to_thread(sales_chart, picture))


def _summary(first_day: date, revenue: Floats, ahead: Forecast | None) -> dict[str, Any] | None:
    """Money in minor units, days as ISO dates, errors as shares of the sales."""
    if ahead is None:
        return None
    start = first_day + timedelta(days=len(revenue))
    return {
        "method": ahead.method,
        "held_out_days": ahead.held_out_days,
        "error": ahead.error,
        "naive_error": ahead.naive_error,
        "weeks": [
            {
                "start": (start + timedelta(days=7 * week)).isoformat(),
                "minor": round(ahead.weekly[week]),
                "low_minor": round(ahead.low[week]),
                "high_minor": round(ahead.high[week]),
            }
            for week in range(len(ahead.weekly))
        ],
    }

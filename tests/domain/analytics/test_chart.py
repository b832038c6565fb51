from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np

from domain.analytics.chart import Picture, sales_chart
from domain.analytics.forecast import forecast

FIRST = date(2025, 1, 1)
REVENUE = np.tile(np.array([100_00.0, 200_00, 300_00, 400_00, 500_00, 600_00, 700_00]), 60)
PICTURE = Picture(FIRST, REVENUE, forecast(FIRST, REVENUE), FIRST, "EUR", "en")


def _texts(svg: bytes) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  # ours


def test_the_chart_says_in_words_what_it_shows() -> None:
    texts = _texts(sales_chart(PICTURE))

    assert {"Sales per week and forecast (EUR)", "Sales", "Model", "Forecast", "80 % interval"} <= set(texts)
    assert any(one.startswith("€") for one in texts)
    assert any(one.startswith(("Apr 2025", "Jul 2025")) for one in texts)


def test_the_chart_speaks_chinese() -> None:
    texts = _texts(sales_chart(replace(PICTURE, language="zh-Hans")))

    assert {"每周销售额与预测（EUR）", "销售额", "预测"} <= set(texts)
    assert any("2025年" in one for one in texts)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert sales_chart(PICTURE) == sales_chart(PICTURE)


def test_without_a_forecast_the_sales_are_drawn_alone() -> None:
    texts = _texts(sales_chart(replace(PICTURE, revenue=REVENUE[:21], forecast=None)))

    assert "Sales" in texts
    assert "Forecast" not in texts


def test_without_sales_the_chart_says_so() -> None:
    assert "No sales" in _texts(sales_chart(replace(PICTURE, revenue=np.zeros(0), forecast=None)))


def test_a_currency_without_minor_units_is_not_divided() -> None:
    in_euro, in_yen = (_texts(sales_chart(replace(PICTURE, currency=currency))) for currency in ("EUR", "JPY"))

    assert "€2K" in in_euro
    assert "¥200K" in in_yen

"""Returns are booked on the order lines that they came from."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from domain.shared.database import rows, value
from hanse.imports.summary import Counted
from tests.hanse.imports.retail import Line, everything, listed, load, order, order_lines, rejected

pytestmark = pytest.mark.usefixtures("own_shop")


async def test_a_return_raises_the_returned_units_of_its_line(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(), Line("C1", "85123a", quantity=-2, invoice_ts="2010-12-01T08:26"))

    found = await order("536365")
    assert summary.returns == Counted(1, 0)
    assert [one["returned"] for one in await order_lines("536365")] == [2]
    assert (found["state"], found["total_minor"]) == ("delivered", 1530)
    assert await value("SELECT sold FROM product_listing") == 4
    assert (summary.net_in_file, summary.net_in_shop) == (Decimal("10.20"), Decimal("10.20"))


async def test_an_order_that_came_back_whole_stays_delivered_with_every_unit_returned(tmp_path: Path) -> None:
    returns = [
        Line("C1", quantity=-6, invoice_ts="2010-12-02T10:00"),
        Line("C2", "71053", quantity=-6, invoice_ts="2010-12-03T10:00"),
    ]

    await load(tmp_path, Line(), Line(stock_code="71053"), *returns)

    found = await order("536365")
    entries = await rows(
        "SELECT action, after FROM audit_entry WHERE subject_id = $1 ORDER BY action, after", found["id"]
    )
    assert (found["state"], found["version"]) == ("delivered", 2)
    assert found["updated_at"] == datetime(2010, 12, 3, 10, tzinfo=UTC)
    assert [(one["action"], orjson.loads(one["after"]).get("document")) for one in entries] == [
        ("importReturn", "online-retail:C1"),
        ("importReturn", "online-retail:C2"),
    ]


async def test_a_cancellation_makes_no_order(tmp_path: Path) -> None:
    await load(tmp_path, Line(), Line("C1", quantity=-6, invoice_ts="2010-12-02T10:00"))

    assert [one["external_id"] for one in await rows("SELECT external_id FROM orders")] == ["online-retail:536365"]


async def test_a_return_before_any_purchase_is_rejected(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(), Line("C1", quantity=-1, invoice_ts="2010-12-01T08:25"))

    assert rejected(summary) == {"return_without_purchase": 1}
    assert summary.net_in_file - summary.net_in_shop == Decimal("-2.55")


async def test_the_part_of_a_return_beyond_what_was_bought_is_rejected(tmp_path: Path) -> None:
    lines = [Line(), Line("C1", quantity=-10, invoice_ts="2010-12-02T10:00", unit_price="2.00")]

    first = await load(tmp_path, *lines)
    again = await load(tmp_path, *lines)

    assert rejected(first) == rejected(again) == {"return_exceeds_purchase": 1}
    assert listed(again)[0]["detail"] == "6 of 10 units were bought before"
    assert first.rejected == again.rejected
    assert [one.amount for one in first.rejected] == [Decimal("-8.00")]
    assert (first.net_in_shop, first.rounding) == (Decimal(0), Decimal("3.30"))
    assert (again.net_in_shop, again.rounding) == (Decimal(0), Decimal("3.30"))
    assert [one["returned"] for one in await order_lines("536365")] == [6]


async def test_one_document_may_return_a_product_twice(tmp_path: Path) -> None:
    back = [
        Line("C1", quantity=-2, invoice_ts="2010-12-02T10:00"),
        Line("C1", quantity=-1, invoice_ts="2010-12-02T10:00"),
    ]
    await load(tmp_path, Line(), *back)

    again = await load(tmp_path, Line(), *back)

    assert again.returns == Counted(0, 2)
    assert [one["returned"] for one in await order_lines("536365")] == [3]


async def test_a_return_finds_a_purchase_of_an_earlier_file(tmp_path: Path) -> None:
    await load(tmp_path, Line())

    summary = await load(tmp_path, Line("C1", quantity=-2, invoice_ts="2010-12-02T10:00"))

    assert (summary.returns, summary.orders, summary.changed) == (Counted(1, 0), Counted(0, 0), True)
    assert [one["returned"] for one in await order_lines("536365")] == [2]
    assert await value("SELECT sold FROM product_listing") == 4


async def test_a_return_that_found_no_purchase_finds_it_once_the_earlier_file_is_loaded(tmp_path: Path) -> None:
    later_file = [Line("2", quantity=1), Line("C1", quantity=-4, invoice_ts="2010-12-03T10:00")]
    await load(tmp_path, *later_file)
    await load(tmp_path, Line("1"))

    summary = await load(tmp_path, *later_file)
    before = await everything()
    again = await load(tmp_path, *later_file)

    assert (summary.returns, again.returns) == (Counted(1, 0), Counted(0, 1))
    assert await value("SELECT sum(returned) FROM order_line") == 4
    assert await everything() == before

"""Which purchase a return belongs to."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.shared.ids import new_id
from hanse.imports.returns import Bought, Return, match_returns

KEY = ("17850", "85123A")
START = datetime(2011, 1, 1, tzinfo=UTC)


def returned(line: int, units: int, day: int, minor: int = 255) -> Return:
    return Return(line, f"C{line}", KEY, START + timedelta(days=day), units, minor)


def bought(units: int, day: int, minor: int = 255, key: tuple[str, str] = KEY) -> Bought:
    return Bought(new_id(), new_id(), UUID(int=0), key, START + timedelta(days=day), 1, units, minor)


def test_the_latest_earlier_purchases_give_first() -> None:
    first, second, later = bought(5, 1), bought(5, 2), bought(5, 9)

    matches = match_returns([returned(1, 7, 3)], [later, first, second])

    assert [(match.bought, match.units) for match in matches] == [(second, 5), (first, 2)]


def test_a_purchase_at_the_price_of_the_return_gives_before_a_later_one() -> None:
    same_price, other_price = bought(5, 1, minor=495), bought(5, 2, minor=64950)

    matches = match_returns([returned(1, 3, 3, minor=495)], [same_price, other_price])

    assert [(match.bought, match.units) for match in matches] == [(same_price, 3)]


def test_no_purchase_gives_more_than_it_has() -> None:
    line = bought(5, 1)

    matches = match_returns([returned(2, 4, 4), returned(1, 3, 3)], [line])

    assert [(match.returned.line, match.units) for match in matches] == [(1, 3), (2, 2)]


def test_another_customers_purchase_gives_nothing() -> None:
    assert (
        match_returns([returned(1, 1, 3)], [bought(5, 1, key=("1", "85123A")), bought(5, 1, key=("17850", "2"))]) == []
    )

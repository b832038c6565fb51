"""Which purchase a return belongs to. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Return:
    """`units` that still have to find their purchase; `key` is the customer and the stock code."""

    line: int
    document: str
    key: tuple[str, str]
    at: datetime
    units: int
    unit_minor: int


@dataclass(frozen=True)
class Bought:
    """An order line with `units` that have not been returned."""

    line_id: UUID
    order_id: UUID
    product_id: UUID
    key: tuple[str, str]
    at: datetime
    position: int
    units: int
    unit_minor: int


@dataclass(frozen=True)
class Match:
    returned: Return
    bought: Bought
    units: int


def match_returns(returns: Iterable[Return], bought: Iterable[Bought]) -> list[Match]:
    """Give each return, oldest first, to the customer's earlier lines of the product, latest first.

    Lines at the price of the return go before all others: it most likely belongs to one of them. No line gives more
    than it has. What finds no line stays out of the answer.
    """
    lines: dict[tuple[str, str], list[Bought]] = defaultdict(list)
    for line in sorted(bought, key=lambda line: (line.at, line.position), reverse=True):
        lines[line.key].append(line)
    left = {line.line_id: line.units for candidates in lines.values() for line in candidates}
    matches = []
    for one in sorted(returns, key=lambda one: (one.at, one.line)):
        wanted = one.units
        for line in sorted(lines[one.key], key=lambda line: line.unit_minor != one.unit_minor):
            units = min(wanted, left[line.line_id]) if line.at <= one.at else 0
            if units > 0:
                matches.append(Match(one, line, units))
                left[line.line_id] -= units
                wanted -= units
    return matches

"""Relay connections: pages by key, with cursors that belong to one list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
import strawberry

from api.access import PARENT, Access
from domain.shared.errors import InvalidInput

MAX_PAGE = 100
_ERA = 253_402_300_800_000_000
"""The year 10000 in microseconds since 1970."""

N = TypeVar("N")
R = TypeVar("R")


@strawberry.type(directives=[Access(requires=PARENT)])
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(directives=[Access(requires=PARENT)])
class Edge(Generic[N]):
    cursor: str
    node: N


@strawberry.type(directives=[Access(requires=PARENT)])
class Connection(Generic[N]):
    edges: list[Edge[N]]
    nodes: list[N]
    page_info: PageInfo


def page_size(first: int) -> int:
    """`first` when it is 1 to 100. Raises InvalidInput otherwise."""
    if not 1 <= first <= MAX_PAGE:
        raise InvalidInput(field="first", rule="range", limit=f"1..{MAX_PAGE}")
    return first


def cursor(list_name: str, key: Sequence[Any]) -> str:
    """An opaque place in the list called `list_name`, just behind the row with this `key`."""
    return urlsafe_b64encode(orjson.dumps([list_name, *key], default=str)).decode().rstrip("=")


def read_cursor(list_name: str, value: str | None, types: Sequence[Callable[[Any], Any]]) -> tuple[Any, ...] | None:
    """The key in a cursor, each part read by its type (`int32`, `int64`, `moment`, `identifier`); None for no cursor.

    Raises InvalidInput for a malformed cursor, for one with a part that its type refuses, and for that of another list.
    """
    if value is None:
        return None
    try:
        name, *key = orjson.loads(urlsafe_b64decode(value.encode() + b"=" * (-len(value) % 4)))
        if name == list_name:
            return tuple(read(part) for read, part in zip(types, key, strict=True))
    except (Base64Error, ValueError, TypeError) as error:
        raise InvalidInput(field="after", rule="cursor") from error
    raise InvalidInput(field="after", rule="cursor", limit=list_name)


def int32(part: Any) -> int:
    """A key of a column `int`; no list is sorted by anything below zero. Raises ValueError."""
    return _whole(part, below=2**31)


def int64(part: Any) -> int:
    """A key of a column `bigint`, as for `int32`."""
    return _whole(part, below=2**63)


def microseconds(part: Any) -> int:
    """A key that tells a moment of this era by its microseconds since 1970. Raises ValueError."""
    return _whole(part, below=_ERA)


def moment(part: Any) -> datetime:
    """A key of a column `timestamptz`, in UTC. Raises ValueError."""
    try:
        read = datetime.fromisoformat(_text(part))
        if read.tzinfo is None:
            raise ValueError("a moment has an offset")
        return read.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no moment of this era") from error


def identifier(part: Any) -> UUID:
    """A key of a column `uuid`. Raises ValueError."""
    return UUID(_text(part))


def words(part: Any) -> str:
    """A key of a text column. Raises ValueError."""
    read = _text(part)
    if "\0" in read:
        raise ValueError("no text of a column")
    return read


def connection(
    found: Sequence[R], first: int, *, has_previous: bool, cursor_of: Callable[[R], str], nodes: Sequence[N]
) -> Connection[N]:
    """The page of `nodes`, made from `found`: the rows of the page and one more when there is a next page."""
    edges = [Edge(cursor=cursor_of(row), node=node) for row, node in zip(found, nodes, strict=False)][:first]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=len(found) > first,
            has_previous_page=has_previous,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def _whole(part: Any, *, below: int) -> int:
    if type(part) is not int or not 0 <= part < below:
        raise ValueError(f"not a whole number below {below}")
    return part


def _text(part: Any) -> str:
    if not isinstance(part, str):
        raise ValueError("not a text")
    return part

"""Relay connections: pages by key, with cursors that belong to one list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import orjson
import strawberry

from api.access import PARENT, Access
from domain.shared.errors import InvalidInput

MAX_PAGE = 100

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
    """The key in a cursor, each part read by its type; None for no cursor.

    Raises InvalidInput for a malformed cursor and for that of another list.
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

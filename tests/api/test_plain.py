"""Whatever is asked and whatever the objects hold, the answer is the one that graphql-core gives alone."""

import asyncio
import enum
from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import strawberry

from api.plain import PlainFieldsExecutor


class Odd(Exception):
    pass


@strawberry.enum
class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Part(Named):
    size: Size
    price: Decimal
    made: datetime
    sold: bool | None

    @strawberry.field
    def label(self, info: strawberry.Info) -> str:
        return "/".join(map(str, info.path.as_list()))


@strawberry.type
class Box:
    id: strawberry.ID
    count: int
    parts: list[Part]
    spare: Part | None
    grid: list[list[int | None]]
    best: Named | None = None

    @strawberry.field
    async def later(self, times: int = 1) -> str:
        return "later" * times


def _part(**changed: Any) -> Part:
    values = {"name": "nut", "size": Size.LARGE, "price": Decimal("1.50"), "made": datetime(2026, 1, 2, tzinfo=UTC)}
    return Part(**{**values, "sold": None, **changed})


def _box(**changed: Any) -> Box:
    values = {"id": strawberry.ID("b"), "count": 2, "parts": [_part(), _part(name="bolt")], "spare": None}
    return Box(**{**values, "grid": [[1, None], []], **changed})


class Later:
    def __await__(self) -> Generator[None, None, str]:
        yield from asyncio.sleep(0).__await__()
        return "awaited"


BOXES = {
    "usual": _box,
    "nothing in it": lambda: _box(parts=[], grid=[], best=_part()),
    "null where none may be": lambda: _box(parts=[_part(name=None)], spare=_part(name=None)),
    "null item": lambda: _box(parts=[None]),
    "exception as value": lambda: _box(parts=[_part(name=Odd("no"), price=Odd("no"))], spare=_part(price=Odd("no"))),
    "too large": lambda: _box(count=2**40),
    "not of the enum": lambda: _box(spare=_part(size="huge")),
    "awaitable value": lambda: _box(parts=[_part(name=Later())]),
    "a tuple": lambda: _box(parts=(_part(),)),
    "a generator": lambda: _box(parts=(one for one in [_part()])),
    "another class": lambda: _box(spare=_box()),
    "a number as text": lambda: _box(count="7", id=7, spare=_part(name=3)),
    "no list": lambda: _box(grid=3),
}
DOCUMENTS = [
    "{ box { id count grid spare { name } parts { name size price made sold } } }",
    "{ box { __typename again: count a: parts { n: name } parts { __typename size } } }",
    "{ box { parts { name label size } } }",
    "{ box { count later(times: 2) id parts { label } } }",
    "{ box { spare { name size } best { __typename name ... on Part { price } } } }",
    "query($no: Boolean = false) { box { ...F count @skip(if: true) } } fragment F on Box { id grid @include(if: $no) "
    "parts { ...P } } fragment P on Part { price ... { made } }",
    "query($no: Boolean = true) { box { id grid @include(if: $no) parts { name @skip(if: $no) sold } } }",
]


def _schema(box: Any, executor: type[PlainFieldsExecutor] | None) -> strawberry.Schema:
    @strawberry.type
    class Query:
        @strawberry.field
        async def box(self) -> Box | None:
            made: Box | None = box()
            return made

    return strawberry.Schema(Query, types=[Part], execution_context_class=executor)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES.keys())
async def test_the_answer_is_that_of_graphql_core(box: Any, document: str) -> None:
    usual = await _schema(box, None).execute(document)
    ours = await _schema(box, PlainFieldsExecutor).execute(document)

    assert ours.data == usual.data
    assert str(ours.data) == str(usual.data), "in the same order"
    assert [one.formatted for one in ours.errors or ()] == [one.formatted for one in usual.errors or ()]


async def test_attributes_are_read_without_an_info_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    build = PlainFieldsExecutor.build_resolve_info

    def noted(*args: Any) -> Any:
        asked.append(args[-1].key)
        return build(*args)

    monkeypatch.setattr(PlainFieldsExecutor, "build_resolve_info", noted)

    await _schema(_box, PlainFieldsExecutor).execute("{ box { id parts { name size price } } }")

    assert asked == ["box"]

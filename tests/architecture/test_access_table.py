"""Who sees and may do what, field by field, as it really comes out.

The table is docs/access-table.md; docs/access.md tells how to read and renew it.
"""

import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path as File
from typing import Any
from urllib.parse import urlsplit

import pytest
import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from structlog.testing import capture_logs

from api.access import Access
from api.graphql import make_schema
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.architecture.access import table
from tests.architecture.access.documents import Path, Root, roots
from tests.architecture.access.examples import EXAMPLES, Example, examples
from tests.architecture.access.files import FILES, OPEN, Files, address, serving, word
from tests.architecture.access.foreign import HIDDEN, missing, without_ids
from tests.architecture.access.make_world import make_world
from tests.architecture.access.parties import FOREIGN
from tests.architecture.access.undo import OneConnection, one_connection
from tests.architecture.access.walk import Walk, walking
from tests.architecture.access.world import World
from tests.conftest import own_database

ROOT = File(__file__).parents[2]
RENEW = "make access"


@dataclass
class Found:
    """`words` by path and party; `apart` are the roots whose examples show less."""

    words: dict[Path, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    apart: set[str] = field(default_factory=set)
    unlike: list[str] = field(default_factory=list)
    """Answers for what is somebody else's that differ from those for what does not exist."""
    traces: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requires: dict[str, str] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    routes: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
async def found(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Found]:
    """The walk, once."""
    redis_url = urlsplit(shop.redis_url)._replace(path="/9").geturl()
    async with own_database(shop, tmp_path_factory.mktemp("walk"), redis_url) as own:
        world, result = await make_world(), Found()
        async with one_connection() as pool, walking(pool, redis_url) as walk, serving(own) as files:
            with capture_logs() as told:  # a line for each operation would bury what failed
                await _walk(world, walk, result)
                await _fetch(world, files, pool, result)
        result.errors = [one["exception"] for one in told if one["event"] == "unexpected_error"]
        result.kinds = {kind for kind, _ in world.ids}
        yield result


def test_everybody_is_shown_and_refused_what_they_are_meant_to_be(found: Found, subtests: pytest.Subtests) -> None:
    """One test, so that a run in several processes walks once."""
    for check in _CHECKS:
        with subtests.test(check.__name__.strip("_").replace("_", " ")):
            check(found)


def test_every_root_field_has_an_example() -> None:
    without = {root.path for root in roots(make_schema()._schema)} - EXAMPLES.keys() - {"Query.node"}

    assert not without, (
        f"say in {examples.__module__} what these are asked with, and renew the table ({RENEW}): {without}"
    )


def test_no_example_outlives_its_field() -> None:
    known = {root.path for root in roots(make_schema()._schema)}

    assert EXAMPLES.keys() - known == set()


def _access_is_as_the_table_says(found: Found) -> None:
    lines = table.lines(table.rows(found.words, frozenset(found.apart), found.requires))
    if os.environ.get("WRITE_ACCESS_TABLE"):
        table.FILE.write_text("\n".join([*lines, ""]))

    held = table.FILE.read_text().splitlines() if table.FILE.exists() else []
    changed = list(unified_diff(held, lines, "held", "found", n=0, lineterm=""))

    assert not changed, f"who may do what has changed; if every line is meant: {RENEW}\n" + "\n".join(changed)


def _what_is_somebody_elses_answers_as_what_does_not_exist(found: Found) -> None:
    assert not found.unlike, "\n".join(found.unlike)


def _a_refusal_changes_nothing(found: Found) -> None:
    assert not found.traces, "\n".join(found.traces)


def _nothing_fails_unexpectedly_for_anybody(found: Found) -> None:
    unexpected = {"INTERNAL", "BAD_USER_INPUT", "BUSY", "TOKEN_EXPIRED", "SESSION_ENDED", "TOO_MANY_ATTEMPTS"}
    failed = [
        (path, party, word) for path, by in found.words.items() for party, word in by.items() if word in unexpected
    ]

    assert not failed, "\n".join([str(failed), *found.errors])


def _everything_is_shown_to_somebody(found: Found) -> None:
    """What nobody is shown is not tested: the world lacks what it tells of, or the example is none."""
    seen = {path[-1].split(" ")[0] for path in found.words}
    shown = {path[-1].split(" ")[0] for path, by in found.words.items() if "ok" in by.values()}

    assert not seen - shown, sorted(seen - shown)


def _the_world_has_something_of_every_kind_that_has_an_id(found: Found) -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "api").rglob("*.py"))

    assert set(re.findall(r'\bencode\("(\w+)"', sources)) - found.kinds == set()


def _every_route_is_walked_or_open_with_a_reason(found: Found) -> None:
    assert set(found.routes) == OPEN.keys() | FILES.keys()


_CHECKS = (
    _access_is_as_the_table_says,
    _what_is_somebody_elses_answers_as_what_does_not_exist,
    _a_refusal_changes_nothing,
    _nothing_fails_unexpectedly_for_anybody,
    _everything_is_shown_to_somebody,
    _the_world_has_something_of_every_kind_that_has_an_id,
    _every_route_is_walked_or_open_with_a_reason,
)


async def _walk(world: World, walk: Walk, result: Found) -> None:
    result.requires = dict(_requirements(walk.schema))
    for root in walk.roots:
        for example in examples(world, root.path):
            name = f"{root.path} ({example.label})" if example.label else root.path
            if example.apart:
                result.apart.add(name)
            for party in world.parties.values():
                words = await walk.words(root, example.given(world), party)
                for path, one in words.items():
                    result.words[name, *path[1:]][party.name] = one
                if words[root.path,] in HIDDEN or party.name in FOREIGN:
                    await _compare(world, walk, (root, example), party.name, result)
    result.traces = walk.traces.found


async def _compare(world: World, walk: Walk, asked: tuple[Root, Example], party: str, result: Found) -> None:
    root, example = asked
    for id, other, given in missing(world, example.given(world)):
        real = await walk.answer(root, example.given(world), world.parties[party])
        if walk.word(real, root) == "ok":
            continue
        fake = await walk.answer(root, given, world.parties[party])
        if without_ids(real, id, other) != without_ids(fake, id, other):
            result.unlike.append(f"{root.path} as {party}: {real} is not {fake}")


async def _fetch(world: World, files: Files, pool: OneConnection, result: Found) -> None:
    result.routes = files.paths
    for path in FILES:
        fetched, id = address(world, path)
        for party in world.parties.values():
            async with pool.undone():
                real = await files.fetch(fetched, party)
                result.words[f"GET {FILES[path][1].format('{id}')}",][party.name] = word(real)
                other = str(new_id())
                fake = await files.fetch(fetched.replace(id, other), party)
            if real.status_code != 200 and (real.status_code, real.text.replace(id, other)) != (
                fake.status_code,
                fake.text,
            ):
                result.unlike.append(f"{path} as {party.name}: {real.text} is not {fake.text}")


def _requirements(schema: strawberry.Schema) -> dict[str, str]:
    """What each field declares, by `Type.field`; a file's rule is in its code."""
    names, declared = schema.config.name_converter, {}
    for concrete in schema.schema_converter.type_map.values():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition) and not definition.is_input:
            by_type = _rule(definition.directives)
            for one in definition.fields:
                name = f"{names.from_type(definition)}.{names.from_field(one)}"
                declared[name] = _rule(one.directives) or by_type
    return declared | {"GET": ""}


def _rule(directives: Any) -> str:
    return next((one.requires for one in directives or () if isinstance(one, Access)), "")

"""The table: one row for each field, one column for each party, one word in each cell."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from tests.architecture.access.answers import OPENNESS, most_open
from tests.architecture.access.documents import Path
from tests.architecture.access.parties import COLUMNS

FILE = File(__file__).parents[3] / "docs" / "access-table.md"
_HEAD = (
    "# Who is shown and refused what",
    "",
    "Written by a test, and compared by it: [access.md](access.md#the-table) tells how to read and renew it.",
)
_SECTIONS = {"Queries": "Query", "Mutations": "Mutation", "Subscriptions": "Subscription", "Files": "GET", "Types": ""}
NOT_SHOWN = "-"
LOGGED_IN = "Tokens.user"
"""Whoever has proved to be somebody is shown that one's things: below it only refusals tell of access."""

ByParty = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    field: str
    requires: str
    words: ByParty

    def cells(self) -> list[str]:
        return [self.field, self.requires, *(self.words.get(party, NOT_SHOWN) for party in COLUMNS)]


def rows(found: Mapping[Path, ByParty], apart: frozenset[str], requires: Mapping[str, str]) -> list[Row]:
    """Root fields as they were asked, then the fields of each type, wherever its objects were shown.

    A field stands once, with the most open word of all places. A place that refuses it to somebody who is shown it
    elsewhere has a row of its own behind that; so has a place `apart` where it differs at all.
    """
    at_root = [Row(path[0], _declared(path[0], requires), words) for path, words in found.items() if len(path) == 1]
    places: dict[str, dict[Path, ByParty]] = defaultdict(dict)
    for path, words in found.items():
        told = {party: word for party, word in words.items() if word not in OPENNESS or LOGGED_IN not in path[:-1]}
        if len(path) > 1 and told:
            places[path[-1]][path[:-1]] = told
    below = (row for field in sorted(places) for row in _of_field(field, places[field], apart, requires))
    return [*at_root, *below]


def lines(found: list[Row]) -> list[str]:
    """The document."""
    told = [*_HEAD]
    for title, prefix in _SECTIONS.items():
        own = [row for row in found if _section(row) == prefix]
        told += ["", f"## {title}", "", _line(["field", "requires", *COLUMNS]), _line(["---"] * (len(COLUMNS) + 2))]
        told += [_line(row.cells()) for row in own]
    return told


def _section(row: Row) -> str:
    prefix = re.split(r"[ .]", row.field)[0]
    return prefix if prefix in _SECTIONS.values() else ""


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _of_field(
    field: str, places: Mapping[Path, ByParty], apart: frozenset[str], requires: Mapping[str, str]
) -> Iterator[Row]:
    together = {place: words for place, words in places.items() if place[0] not in apart}
    merged = {
        party: most_open([words[party] for words in together.values() if party in words])
        for party in COLUMNS
        if any(party in words for words in together.values())
    }
    yield Row(field, _declared(field, requires), merged)
    for place, words in places.items():
        differing = {word for party, word in words.items() if merged.get(party) != word}
        shown = {word for word in words.values() if word in OPENNESS}
        if differing - OPENNESS.keys() or (place[0] in apart and differing and shown - {"null", "empty"}):
            yield Row(f"{field} @ {_name(place)}", "", words)


def _declared(field: str, requires: Mapping[str, str]) -> str:
    return requires[field.partition(" ")[0]]


def _name(place: Path) -> str:
    return ".".join(step.partition(".")[2] for step in place)

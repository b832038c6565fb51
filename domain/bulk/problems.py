"""What is wrong with a file, cell by cell."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from domain.shared.errors import DomainError, InvalidInput


class Reach(IntEnum):
    """What a problem takes with it where bad fields are ignored: the field alone, its row, or all rows of the thing."""

    FIELD = 1
    ROW = 2
    THING = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """`error` says what rule is broken; `value` is what stood in the cell, as far as it helps to find it.

    `of_row`: the field belongs to its row (a variant, a picture), not to the whole thing.
    """

    line: int
    column: str
    error: DomainError
    value: str = ""
    reach: Reach = Reach.FIELD
    of_row: bool = True


def wrong(line: int, column: str, rule: str, *, limit: str = "", value: str = "") -> Problem:
    """A field that is left out where bad fields are ignored."""
    return Problem(line, column, InvalidInput(field=column, rule=rule, limit=limit), value)


def rule_of(error: DomainError) -> str:
    """The name by which programs know what is wrong."""
    return str(error.fields().get("rule", error.code))


def column_of(error: DomainError) -> str:
    """The field that a refusal by an owner is about, "" where it names none."""
    found = error.fields().get("field", "")
    return "" if isinstance(found, UUID) else str(found)

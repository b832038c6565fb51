from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import GraphQLError

#: Counts stop growing here, so that nested fragments cannot make the numbers themselves large.
SATURATED: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What one document may ask for. Fields, aliases, directives and cost count what fragments expand to, and are
    judged for each operation of the document."""

    max_bytes: int = 32_768
    #: Comments are counted apart, up to the same number.
    max_tokens: int = 4_000
    max_depth: int = 16
    max_fields: int = 1_000
    max_aliases: int = 50
    max_directives: int = 50
    max_operations: int = 10
    max_fragments: int = 50
    #: Pairs of fields with the same response name and parent type, in the text as it stands. Validation compares each
    #: pair (OverlappingFieldsCanBeMerged), several microseconds each.
    max_overlaps: int = 10_000
    #: How many field values the answer may hold at most (see `weights`); executing one takes about 10 µs.
    max_cost: int = 50_000
    #: What fields count as, under `Type.field`, when giving their value takes far longer than giving others.
    field_costs: Mapping[str, int] = field(default_factory=dict)
    #: Assumed length of a list that takes neither `first` nor `last`.
    list_size: int = 10
    #: Assumed page of a connection whose `first` and `last` are absent and have no default in the schema.
    page_size: int = 20


def refused(code: str, message: str, *, limit: int | None = None, actual: int | None = None) -> GraphQLError:
    numbers = {"limit": limit, "actual": actual}
    return GraphQLError(message, extensions={"code": code, **{k: v for k, v in numbers.items() if v is not None}})

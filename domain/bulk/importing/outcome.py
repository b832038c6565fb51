"""What became of the rows of a thing."""

from dataclasses import dataclass, field

from domain.bulk.problems import Problem


@dataclass(slots=True)
class Outcome:
    """`changed`: something is other than before. `lost` are the rows of which nothing was stored."""

    changed: bool = False
    lost: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

"""Measures a whole document before it is validated.

Each definition is weighed once, and the weights are then added up along the spreads, every fragment after those that
it spreads itself. The work grows with the length of the document, not with what it expands to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

from api.limits.limits import DocumentLimits
from api.limits.weights import Scale, Weight


class FragmentCycle(Exception):
    """A fragment spreads itself, directly or through others."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Measures:
    #: One for each operation of the document, in its order, with everything that its fragments add.
    operations: list[Weight]
    #: Pairs of fields that share parent type and response name.
    overlaps: int
    #: Variables that the cost depends on.
    page_variables: frozenset[str]
    #: Fields of `DocumentLimits.field_costs` that the document asks for.
    costly: frozenset[str]
    #: Selections visited: never more than the document has.
    visited: int


def measure(
    document: DocumentNode, schema: GraphQLSchema, limits: DocumentLimits, variables: Mapping[str, Any]
) -> Measures:
    """Raises FragmentCycle. Unknown fields, types and fragments weigh as little as possible: validation names them."""
    scale = Scale(document, schema, limits, variables)
    fragments: dict[str, Weight] = {}
    operations: list[Weight] = []
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = scale.weigh(definition)
        elif isinstance(definition, OperationDefinitionNode):
            operations.append(scale.weigh(definition))
    for name in _spread_first(fragments):
        _add_spreads(fragments[name], fragments)
    for operation in operations:
        _add_spreads(operation, fragments)
    return Measures(
        operations=operations,
        overlaps=sum(count * (count - 1) // 2 for count in scale.repeats.values()),
        page_variables=frozenset(scale.page_variables),
        costly=frozenset(scale.costly),
        visited=sum(weight.visited for weight in (*fragments.values(), *operations)),
    )


def _spread_first(fragments: Mapping[str, Weight]) -> Iterator[str]:
    graph = {
        name: {spread for spread, _, _ in weight.spreads if spread in fragments} for name, weight in fragments.items()
    }
    try:
        yield from TopologicalSorter(graph).static_order()
    except CycleError as error:
        raise FragmentCycle(error.args[1]) from error


def _add_spreads(weight: Weight, fragments: Mapping[str, Weight]) -> None:
    for name, above, times in weight.spreads:
        if fragment := fragments.get(name):
            weight.add(fragment, above, times)

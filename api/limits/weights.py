"""Weighs single definitions: each selection is looked at once, and fragments that it spreads are only noted.

The cost of a field is 1 or what `DocumentLimits.field_costs` says, multiplied by the length of every list around it. The
length of a list is

* `first` or `last` of the field (literal, variable, or `DocumentLimits.page_size`), when the field takes them;
* 1 for the lists of a `...Connection` type, since its `edges` and `nodes` are the page that was counted above;
* `DocumentLimits.list_size` for any other list.

Introspection is not multiplied: each `__schema` or `__type` costs half of what an operation may cost.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
)

from api.limits.limits import SATURATED, DocumentLimits

_INTROSPECTION: Final = {"__schema", "__type"}

Definition: TypeAlias = OperationDefinitionNode | FragmentDefinitionNode
#: Selection set, type that it selects from, depth of its fields, and how many times it is repeated in the answer.
_Level: TypeAlias = tuple[SelectionSetNode, GraphQLNamedType | None, int, int]


@dataclass(slots=True)
class Weight:
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    #: Selections that were visited to learn this.
    visited: int = 0
    #: Fragments spread here: name, depth above their fields, and how many times they are repeated.
    spreads: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, fragment: "Weight", above: int, times: int) -> None:
        self.depth = max(self.depth, above + fragment.depth)
        self.fields = min(self.fields + fragment.fields, SATURATED)
        self.aliases = min(self.aliases + fragment.aliases, SATURATED)
        self.directives = min(self.directives + fragment.directives, SATURATED)
        self.cost = min(self.cost + fragment.cost * times, SATURATED)


class Scale:
    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, limits: DocumentLimits, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._variables = {**_integer_defaults(document), **variables}
        #: Variables that set the length of a page.
        self.page_variables: set[str] = set()
        #: Fields with a cost of their own.
        self.costly: set[str] = set()
        #: How often fields share parent type and response name.
        self.repeats: Counter[tuple[str, str]] = Counter()

    def weigh(self, definition: Definition) -> Weight:
        weight = Weight(directives=len(definition.directives or ()))
        for variable in definition.variable_definitions or ():
            weight.directives += len(variable.directives or ())
        levels: list[_Level] = [(definition.selection_set, self._type_of(definition), 1, 1)]
        while levels:
            self._weigh_level(weight, levels.pop(), levels)
        return weight

    def _weigh_level(self, weight: Weight, level: _Level, levels: list[_Level]) -> None:
        selection_set, parent, depth, times = level
        for selection in selection_set.selections:
            weight.visited += 1
            weight.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                self._weigh_field(weight, selection, level, levels)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self._schema.get_type(condition.name.value) if condition else parent
                levels.append((selection.selection_set, inner, depth, times))
            elif isinstance(selection, FragmentSpreadNode):
                weight.spreads.append((selection.name.value, depth - 1, times))

    def _weigh_field(self, weight: Weight, node: FieldNode, level: _Level, levels: list[_Level]) -> None:
        _, parent, depth, times = level
        weight.depth = max(weight.depth, depth)
        weight.fields += 1
        weight.aliases += node.alias is not None
        weight.cost = min(weight.cost + times * self._cost(node, parent), SATURATED)
        self.repeats[parent.name if parent else "", (node.alias or node.name).value] += 1
        if node.selection_set is None:
            return
        definition = _field_definition(parent, node.name.value)
        child = get_named_type(definition.type) if definition else None
        repeated = (
            0 if node.name.value in _INTROSPECTION else min(times * self._length(node, definition, parent), SATURATED)
        )
        levels.append((node.selection_set, child, depth + 1, repeated))

    def _cost(self, node: FieldNode, parent: GraphQLNamedType | None) -> int:
        if node.name.value in _INTROSPECTION:
            return self._limits.max_cost // 2
        name = f"{parent.name}.{node.name.value}" if parent else ""
        if name not in self._limits.field_costs:
            return 1
        self.costly.add(name)
        return self._limits.field_costs[name]

    def _length(self, node: FieldNode, definition: GraphQLField | None, parent: GraphQLNamedType | None) -> int:
        if definition is None:
            return 1
        if "first" in definition.args or "last" in definition.args:
            return self._page(node)
        returned = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
        if not is_list_type(returned) or (parent and parent.name.endswith("Connection")):
            return 1
        return self._limits.list_size

    def _page(self, node: FieldNode) -> int:
        given = [self._integer(a.value) for a in node.arguments or () if a.name.value in {"first", "last"}]
        sizes = [size for size in given if size is not None]
        return min(max(1, *sizes), SATURATED) if sizes else self._limits.page_size

    def _integer(self, value: ValueNode) -> int | None:
        if isinstance(value, IntValueNode):
            return _integer_of(value)
        if isinstance(value, VariableNode):
            self.page_variables.add(value.name.value)
            given = self._variables.get(value.name.value)
            return int(given) if isinstance(given, int | float) else None
        return None

    def _type_of(self, definition: Definition) -> GraphQLNamedType | None:
        if isinstance(definition, FragmentDefinitionNode):
            return self._schema.get_type(definition.type_condition.name.value)
        return self._schema.get_root_type(definition.operation)


def _integer_defaults(document: DocumentNode) -> dict[str, int]:
    """Operations may share a variable's name; the largest default counts."""
    defaults: dict[str, int] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for variable in definition.variable_definitions or ():
                if isinstance(variable.default_value, IntValueNode):
                    name = variable.variable.name.value
                    defaults[name] = max(defaults.get(name, 0), _integer_of(variable.default_value))
    return defaults


def _integer_of(node: IntValueNode) -> int:
    # Reading a long number takes quadratic time, and Python refuses more than 4,300 digits.
    return int(node.value) if len(node.value) < 10 else SATURATED


def _field_definition(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None

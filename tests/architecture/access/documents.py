"""Documents that ask for a root field and for everything below it, written from the schema.

Each field is asked for under the name `Type__field`, so that the members of a union never clash and an answer tells by
itself what stands in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

Path = tuple[str, ...]
"""From a root field down, `Type.field` by `Type.field`; places in lists are left out."""

NESTED_ARGUMENTS: dict[str, str] = {}
"""What fields below the roots are given, as `Type.field`, where an argument has no default."""


@dataclass(frozen=True)
class Root:
    """A field of Query, Mutation or Subscription."""

    operation: str
    name: str
    field: GraphQLField

    @property
    def path(self) -> str:
        return f"{self.operation.title()}.{self.name}"


def roots(schema: GraphQLSchema) -> list[Root]:
    types = {
        "query": schema.query_type,
        "mutation": schema.mutation_type,
        "subscription": schema.subscription_type,
    }
    return [
        Root(operation, name, field)
        for operation, kind in types.items()
        if kind is not None
        for name, field in kind.fields.items()
    ]


def document(schema: GraphQLSchema, root: Root, given: Mapping[str, object], skipped: frozenset[Path]) -> str:
    """The operation, with a variable for each argument in `given`. What stands in `skipped` is not asked for."""
    declared = ", ".join(f"${name}: {root.field.args[name].type}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    below = _selection(schema, get_named_type(root.field.type), (root.path,), skipped)
    return (
        f"{root.operation}{f' ({declared})' if declared else ''} "
        f"{{ root: {root.name}{f'({passed})' if passed else ''} {below} }}"
    )


def members(schema: GraphQLSchema, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    """The types that an object of this type may have."""
    if isinstance(kind, GraphQLObjectType):
        return [kind]
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return list(schema.get_possible_types(kind))
    return []


def _selection(schema: GraphQLSchema, kind: GraphQLNamedType, path: Path, skipped: frozenset[Path]) -> str:
    if is_leaf_type(kind):
        return ""
    above = {step.split(".")[0] for step in path[1:]}
    parts = ["__typename"]
    for member in members(schema, kind):
        if member.name not in above:  # what contains itself is followed once
            fields = [
                f"{member.name}__{name}: {name}{_arguments(member.name, name, field.args)} "
                + _selection(schema, get_named_type(field.type), (*path, f"{member.name}.{name}"), skipped)
                for name, field in member.fields.items()
                if (*path, f"{member.name}.{name}") not in skipped
            ]
            parts.append(f"... on {member.name} {{ {' '.join(fields or ['__typename'])} }}")
    return f"{{ {' '.join(parts)} }}"


def _arguments(kind: str, name: str, declared: Mapping[str, GraphQLArgument]) -> str:
    field = f"{kind}.{name}"
    missing = [key for key, one in declared.items() if is_required_argument(one) and one.default_value is Undefined]
    if missing and field not in NESTED_ARGUMENTS:
        raise AssertionError(f"{field} needs {missing}: add it to NESTED_ARGUMENTS in {__name__}")
    return NESTED_ARGUMENTS.get(field, "")

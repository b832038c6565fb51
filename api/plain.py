"""Execution of what needs no resolver: objects whose selected fields are attributes, read in one go.

Most of an answer is stored attributes of objects that a resolver has prepared. graphql-core builds an info and a path for
each of them and asks of each value whether it must be awaited: about 5 µs a field. Here a selection is compiled once per
operation into nested functions that do only what such a field needs, about 0.4 µs.

Nothing changes in what is answered: as soon as a value is not what its type expects (null where there may be none, an
exception, another class, something to await), the object is left to graphql-core, which does it again from the beginning
and finds the error and its path. Reading an attribute twice has no effect.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    Undefined,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Read: TypeAlias = Callable[[Any], Any]
"""From an object to the value of a field, or from a value to what is answered. Raises when it is not that simple."""

_SENT_AS_THEY_ARE = {"String": str, "ID": str, "Boolean": bool}


class Irregular(Exception):
    """A value that graphql-core must judge."""


class PlainFieldsExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, with the attributes of each object read at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._split: dict[int, tuple[GroupedFieldSet, dict[str, Read], GroupedFieldSet]] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        plain, others = self._plain_and_others(parent_type, grouped_field_set)
        if plain:
            try:
                answered = {name: read(source_value) for name, read in plain.items()}
            except Exception:  # noqa: BLE001 graphql-core meets it again and says where
                others = grouped_field_set
            else:
                if not others:
                    return answered
                resolved = super().execute_fields(parent_type, source_value, path, others, position_context)
                return _merged(answered, resolved, grouped_field_set)
        return super().execute_fields(parent_type, source_value, path, others, position_context)

    def _plain_and_others(
        self, parent_type: GraphQLObjectType, fields: GroupedFieldSet
    ) -> tuple[dict[str, Read], GroupedFieldSet]:
        known = self._split.get(id(fields))  # the fields are kept beside it, so that their id is not given away again
        if known is None:
            plain = {name: read for name, details in fields.items() if (read := self._read(parent_type, details))}
            others = {name: details for name, details in fields.items() if name not in plain}
            known = self._split[id(fields)] = (fields, plain, others)
        return known[1], known[2]

    def _read(self, parent_type: GraphQLObjectType, details: FieldDetailsList) -> Read | None:
        """How to answer the field, None where that takes more than its attribute."""
        name = details[0].node.name.value
        if name == "__typename":
            return lambda _: parent_type.name
        found = _attribute(parent_type, name)
        if found is None:
            return None
        get, leaf = found
        answer = leaf or self._answer(parent_type.fields[name].type, details)
        return answer and (lambda source: answer(get(source)))

    def _answer(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Read | None:
        if isinstance(kind, GraphQLNonNull):
            return _wrapped(_non_null, self._answer_of_nullable(kind.of_type, details))
        return _wrapped(_nullable, self._answer_of_nullable(kind, details))

    def _answer_of_nullable(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Read | None:
        if isinstance(kind, GraphQLList):
            return _wrapped(_list, self._answer(kind.of_type, details))
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return _leaf(kind)
        if not isinstance(kind, GraphQLObjectType):
            return None
        fields, deferred, _ = self.collect_subfields(kind, details)
        plain, others = self._plain_and_others(kind, fields)
        definition = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        if others or deferred or definition.is_type_of:
            return None
        return _object(definition.origin, plain)


def _merged(
    answered: dict[str, Any], resolved: AwaitableOrValue[dict[str, Any]], fields: GroupedFieldSet
) -> AwaitableOrValue[dict[str, Any]]:
    """Both in the order of the query."""

    def merged(found: dict[str, Any]) -> dict[str, Any]:
        every = answered | found
        return {name: every[name] for name in fields if name in every}

    if isinstance(resolved, dict):
        return merged(resolved)

    async def awaited() -> dict[str, Any]:
        return merged(await resolved)

    return awaited()


@lru_cache(maxsize=4096)
def _attribute(parent_type: GraphQLObjectType, name: str) -> tuple[Read, Read | None] | None:
    """How to get the field's attribute and, when it is no object, how to answer it. None: it has a resolver."""
    field = parent_type.fields.get(name)
    definition = field and field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if field is None or not isinstance(definition, StrawberryField) or not definition.is_basic_field:
        return None
    kind, wrap = (field.type.of_type, _non_null) if isinstance(field.type, GraphQLNonNull) else (field.type, _nullable)
    leaf = wrap(_leaf(kind)) if isinstance(kind, GraphQLScalarType | GraphQLEnumType) else None
    return attrgetter(definition.python_name), leaf


def _wrapped(wrap: Callable[[Read], Read], read: Read | None) -> Read | None:
    return None if read is None else wrap(read)


def _non_null(answer: Read) -> Read:
    def read(value: Any) -> Any:
        if value is None:
            raise Irregular
        return answer(value)

    return read


def _nullable(answer: Read) -> Read:
    return lambda value: None if value is None else answer(value)


def _list(answer: Read) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise Irregular
        return [answer(item) for item in value]

    return read


def _object(origin: type, fields: dict[str, Read]) -> Read:
    pairs = tuple(fields.items())

    def read(value: Any) -> Any:
        if type(value) is not origin:
            raise Irregular
        return {name: answer(value) for name, answer in pairs}

    return read


def _leaf(kind: GraphQLScalarType | GraphQLEnumType) -> Read:
    as_it_is, coerce = _SENT_AS_THEY_ARE.get(kind.name), kind.coerce_output_value

    def read(value: Any) -> Any:
        if type(value) is as_it_is:
            return value
        if isinstance(value, Exception) or value is Undefined or optimized_is_awaitable(value):
            raise Irregular
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Irregular
        return coerced

    return read

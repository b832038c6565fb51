"""Who may use a field: declared beside it, printed in the schema, checked before its resolver. Undeclared is refused."""

from collections.abc import Callable, Iterator
from inspect import isawaitable
from typing import Any, cast

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition

PUBLIC = "PUBLIC"
"""Anybody."""
SIGNED_IN = "SIGNED_IN"
"""A person or an application; what they see or change is narrowed to what is theirs by the rules of the domain."""
PERSON = "PERSON"
"""A person who is signed in, a guest included; no application."""
PARENT = "PARENT"
"""On a type: whoever was shown the object may read its fields."""

Decorator = Callable[[Callable[..., Any]], Any]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="access",
    description="Who may use this: PUBLIC, SIGNED_IN (a person or an application), PERSON, PARENT (whoever was shown the "
    "object) or who holds the permission named, everywhere.",
)
class Access:
    requires: str


class RequireAccess(FieldExtension):
    """Asks the viewer before the resolver runs. It reads the token's permissions and costs no SQL."""

    def __init__(self, requires: str) -> None:
        self._requires = requires

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self._check(info)
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self._check(info)
        result = next_(source, info, **kwargs)
        return await result if isawaitable(result) else result  # a subscription's resolver gives a generator

    def _check(self, info: strawberry.Info) -> None:
        viewer = info.context.viewer
        if self._requires == SIGNED_IN:
            viewer.identified()
        elif self._requires == PERSON:
            viewer.signed_in()
        else:
            viewer.require(self._requires)


def field(requires: str, **options: Any) -> Decorator:
    """A field (of any type, the roots included) that `requires` PUBLIC, SIGNED_IN, PARENT or a permission."""
    return cast("Decorator", strawberry.field(**_declared(requires, **options)))


def mutation(requires: str, *, result: object, **options: Any) -> Decorator:
    """A mutation whose resolver returns the success type and whose schema type is the union `result`."""
    return cast("Decorator", strawberry.mutation(graphql_type=result, **_declared(requires, **options)))


def subscription(requires: str, **options: Any) -> Decorator:
    return cast("Decorator", strawberry.subscription(**_declared(requires, **options)))


def undeclared(schema: strawberry.Schema) -> Iterator[str]:
    """The fields, as `Type.field`, for which nobody said who may use them."""
    roots = {"Query", "Mutation", "Subscription"}
    for concrete in schema.schema_converter.type_map.values():
        definition = concrete.definition
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_input or definition.is_interface:
            continue
        by_type = definition.name not in roots and _has_access(definition.directives)
        for one in definition.fields:
            if not by_type and not _has_access(one.directives):
                yield f"{definition.name}.{one.python_name}"


def _declared(requires: str, **options: Any) -> dict[str, Any]:
    """The options with the check, and with its words: explorers such as GraphiQL show descriptions, and no directives."""
    checked = requires not in {PUBLIC, PARENT}
    told = _NEEDED.get(requires, f"Needs `{requires}`.")
    return options | {
        "description": f"{options.get('description') or ''} {told}".strip() or None,
        "directives": [Access(requires=requires)],
        "extensions": [RequireAccess(requires)] if checked else [],
    }


_NEEDED = {
    PUBLIC: "",
    PARENT: "",
    SIGNED_IN: "Needs a person or an application that is signed in; shows or changes what is theirs.",
    PERSON: "Needs a person who is signed in.",
}


def _has_access(directives: Any) -> bool:
    return any(isinstance(one, Access) for one in directives or ())

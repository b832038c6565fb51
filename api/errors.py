"""Refusals of the domain as GraphQL: each a type of its own, member of the unions of the mutations that may refuse so."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import new_class
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.union import StrawberryUnion

from api.access import PARENT, Access
from api.ids import encode
from api.schema import money
from domain.shared.errors import DomainError, IdempotencyKeyReused, InvalidInput, NotFound
from domain.shared.messages import message
from domain.shared.money import Money

_REPLACED: dict[object, object] = {Money: money.Money}
_TYPES: dict[str, type] = {}


@strawberry.interface(
    description="Why nothing was done. The code never changes; the message is in the caller's language."
)
class Error:
    code: str
    message: str


def result(name: str, success: type, *refusals: type[DomainError], given_ids: bool = True) -> StrawberryUnion:
    """The union that a mutation answers with: `success`, or one of the refusals.

    Bad input is always among them, and what is not found unless the mutation is given no ids.
    """
    always = [InvalidInput, IdempotencyKeyReused, *([NotFound] if given_ids else [])]
    members = [success, *(error_type(one) for one in dict.fromkeys([*refusals, *always]))]
    return StrawberryUnion(name=name, type_annotations=tuple(StrawberryAnnotation(member) for member in members))


def error_type(refusal: type[DomainError]) -> type:
    """The GraphQL type of a refusal: `OutOfStock` becomes `OutOfStockError`, with the refusal's own fields."""
    return _TYPES.get(refusal.code) or _TYPES.setdefault(refusal.code, _made(refusal))


def handlers(refusals: Iterable[type[DomainError]]) -> list[strawberry.ExceptionHandler[Any, Any]]:
    """What turns each refusal into its type, wherever a mutation's union has that type."""
    return [_handler(one) for one in refusals]


def described(error: BaseException, language: str) -> Mapping[str, Any] | None:
    """What a top-level error shows of a refusal; None for an exception that is none."""
    if not isinstance(error, DomainError):
        return None
    return {"code": error.code, "message": message(error, language), **_shown(error)}


def _handler(refusal: type[DomainError]) -> strawberry.ExceptionHandler[Any, Any]:
    graphql_type = error_type(refusal)

    class Handler(strawberry.ExceptionHandler):  # type: ignore[type-arg] # Strawberry reads the attributes instead
        exception_type = refusal
        error_type = graphql_type

        def handle(self, exception: DomainError, *, field: object, info: strawberry.Info) -> Any:  # noqa: ARG002
            shown = {name: _typed(value) for name, value in _with_global_ids(exception).items()}
            return graphql_type(code=exception.code, message=message(exception, info.context.language), **shown)

    return Handler()


def _made(refusal: type[DomainError]) -> type:
    hints = get_type_hints(refusal)
    annotations = {
        one.name: strawberry.ID if _is_id(one.name) else _graphql(hints[one.name]) for one in fields(refusal)
    }
    made = new_class(
        f"{refusal.__name__}Error", (Error,), exec_body=lambda body: body.update(__annotations__=annotations)
    )
    return strawberry.type(made, directives=[Access(requires=PARENT)], description=_told(refusal))


def _graphql(annotation: Any) -> Any:
    """The GraphQL type of a refusal's field; a tuple of any length is a list."""
    if get_origin(annotation) is tuple:
        return list[_graphql(get_args(annotation)[0])]  # type: ignore[misc] # made at run time
    return _REPLACED.get(annotation, annotation)


def _told(refusal: type[DomainError]) -> str | None:
    """The class's own docstring; a dataclass without one is given its signature, which says nothing."""
    doc = (refusal.__doc__ or "").strip()
    return None if doc.startswith(f"{refusal.__name__}(") else doc


def _with_global_ids(error: DomainError) -> dict[str, object]:
    """Clients know things by global ids: of the kind that the field `<kind>_id` names, or that stands beside `id`."""
    given = error.fields()
    return {
        name: _global_id(name, value, given.get("kind")) if _is_id(name) else value for name, value in given.items()
    }


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _global_id(name: str, value: object, kind: object) -> str:
    named = name.removesuffix("_id").title().replace("_", "")
    return encode(str(kind) if name == "id" else named, UUID(str(value)))


def _typed(value: object) -> object:
    if isinstance(value, Money):
        return money.shown(value)
    return list(value) if isinstance(value, tuple) else value


def _shown(error: DomainError) -> dict[str, Any]:
    return {
        name: {"minor": value.minor, "currency": value.currency} if isinstance(value, Money) else value
        for name, value in _with_global_ids(error).items()
    }

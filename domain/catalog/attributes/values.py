"""Whether a value is what its attribute accepts. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from domain.catalog.attributes.facts import Attribute, AttributeKind
from domain.catalog.texts.rules import ATTRIBUTE, checked_text
from domain.shared.errors import InvalidInput

FRACTION_DIGITS: Final = 6
_LIMIT: Final = Decimal(10) ** 15
_DIGITS: Final = 28
_BOOLEANS: Final = {"true": True, "false": False}


def checked_value(attribute: Attribute, value: object, *, path: str) -> object:
    """The value in the form in which it is stored. It comes as itself or as text: "1.25", "true", "2026-01-31", a choice's
    code, a UUID.

    Raises InvalidInput naming `path`, by the rules "text", "length", "controls", "number", "fraction", "boolean",
    "oneOf", "date" or "id".
    """
    return _CHECKS[attribute.kind](attribute, value, path)


def _text(attribute: Attribute, value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(field=path, rule="text")
    return checked_text("product", f"{ATTRIBUTE}{attribute.code}", value, path=path)


def _number(_attribute: Attribute, value: object, path: str) -> str:
    """Below 10^15 and with six decimals at most, as plain digits without needless zeros."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidInput(field=path, rule="number")
    try:
        known = Decimal(value.replace("_", "?").strip() if isinstance(value, str) else value)
    except InvalidOperation as error:
        raise InvalidInput(field=path, rule="number") from error
    if not known.is_finite() or abs(known) >= _LIMIT or len(known.as_tuple().digits) > _DIGITS:
        raise InvalidInput(field=path, rule="number")
    shortest = known.normalize()
    if int(shortest.as_tuple().exponent) < -FRACTION_DIGITS:
        raise InvalidInput(field=path, rule="fraction", limit=str(FRACTION_DIGITS))
    return f"{shortest:f}" if shortest else "0"


def _boolean(_attribute: Attribute, value: object, path: str) -> bool:
    known = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise InvalidInput(field=path, rule="boolean")
    return known


def _choice(attribute: Attribute, value: object, path: str) -> str:
    if not isinstance(value, str) or value not in attribute.choices:
        raise InvalidInput(field=path, rule="oneOf", limit=", ".join(attribute.choices))
    return value


def _date(_attribute: Attribute, value: object, path: str) -> str:
    try:
        known = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InvalidInput(field=path, rule="date") from error
    return known.isoformat()[:10]


def _reference(_attribute: Attribute, value: object, path: str) -> str:
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError as error:
        raise InvalidInput(field=path, rule="id") from error


_CHECKS: Final[Mapping[AttributeKind, Callable[[Attribute, object, str], object]]] = {
    AttributeKind.TEXT: _text,
    AttributeKind.NUMBER: _number,
    AttributeKind.BOOLEAN: _boolean,
    AttributeKind.CHOICE: _choice,
    AttributeKind.DATE: _date,
    AttributeKind.REFERENCE: _reference,
}

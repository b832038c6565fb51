"""Numbers of units, and reasons, as people give them."""

from domain.shared.errors import InvalidInput
from domain.shared.printable import printable_line

MAX_UNITS = 1_000_000_000
_REASON_LENGTH = 200


def checked_units(units: int, *, field: str, least: int = 0) -> int:
    """Raises InvalidInput: by the rule "negativeStock" below zero where zero is allowed, else by "range"."""
    if units < least == 0:
        raise InvalidInput(field=field, rule="negativeStock")
    if not least <= units <= MAX_UNITS:
        raise InvalidInput(field=field, rule="range", limit=f"{least}..{MAX_UNITS}")
    return units


def checked_reason(reason: str | None, *, field: str = "reason") -> str | None:
    return None if reason is None else printable_line(reason, field=field, longest=_REASON_LENGTH)

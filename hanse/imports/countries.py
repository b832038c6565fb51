"""From the country names of the data to ISO 3166-1 alpha-2 codes."""

from functools import lru_cache

from babel.core import Locale

UNKNOWN_COUNTRY = "ZZ"
"""CLDR's code for a region that is unknown. Reported, never taken for a country."""

_SPECIAL = {
    "channel islands": "JE",  # Jersey or Guernsey: the data does not say; Jersey is the larger
    "czech republic": "CZ",
    "eire": "IE",
    "hong kong": "HK",
    "korea": "KR",
    "rsa": "ZA",
    "usa": "US",
}


@lru_cache(maxsize=1024)
def country_code(name: str) -> str:
    """The code of an English country name or of a code, else `UNKNOWN_COUNTRY`.

    "Unspecified", "European Community" and "West Indies" are no countries and stay unknown.
    """
    wanted = " ".join(name.split()).casefold()
    return _SPECIAL.get(wanted) or _by_name().get(wanted, UNKNOWN_COUNTRY)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    countries = {
        str(code): str(name)
        for code, name in Locale("en").territories.items()
        if len(str(code)) == 2 and str(code) not in {"EU", "EZ", "UN", "XA", "XB", "QO", UNKNOWN_COUNTRY}
    }
    return {name.casefold(): code for code, name in countries.items()} | {code.casefold(): code for code in countries}

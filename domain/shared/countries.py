"""Countries, by ISO 3166-1 alpha-2 as CLDR carries it."""

from functools import lru_cache

from babel.core import Locale

from domain.shared.errors import InvalidInput

_NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
"""Territories of CLDR to which ISO 3166 has assigned no code, or only reserved one."""


def checked_country(code: str, *, field: str) -> str:
    """`code` when it names a country. Raises InvalidInput for anything else."""
    if code not in _countries():
        raise InvalidInput(field=field, rule="iso3166")
    return code


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES

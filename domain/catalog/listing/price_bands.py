"""Prices in bands that people think in: 1, 2 and 5 times the powers of ten."""

from typing import Final

from domain.shared.money import currency_exponent

_STEPS: Final = (1, 2, 5)
_POWERS: Final = range(7)


def band_limits(currency: str) -> list[int]:
    """Minor units at which bands begin, the first at 1 of the currency's major units."""
    unit = 10 ** currency_exponent(currency)
    return [unit * step * 10**power for power in _POWERS for step in _STEPS]

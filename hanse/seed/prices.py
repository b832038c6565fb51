"""List prices as shops write them."""

import numpy as np

from hanse.seed.arrays import Floats, Ints

CURRENCIES = ("EUR", "USD", "CNY")
_RATES = (1.0, 1.08, 7.8)
_MINOR = 100


def list_prices(euro: Floats) -> Ints:
    """Minor units in each of CURRENCIES (columns), at the endings that are usual there: 12.95, 12.99, 99 and 198.

    More euros never give a lower price.
    """
    return np.stack([_european(euro * _RATES[0]), _american(euro * _RATES[1]), _chinese(euro * _RATES[2])], axis=1)


def _european(value: Floats) -> Ints:
    small, middle, large = _ending(value, 0.5, 0.05), _ending(value, 1, 0.1), _ending(value, 5, 1)
    return _minor(np.where(value < 20.5, small, np.where(value < 102.5, middle, large)))


def _american(value: Floats) -> Ints:
    return _minor(np.where(value < 102.5, _ending(value, 1, 0.01), _ending(value, 5, 0.01)))


def _chinese(value: Floats) -> Ints:
    return _minor(np.where(value < 105, _ending(value, 5, 1), _ending(value, 10, 2)))


def _ending(value: Floats, step: float, below: float) -> Floats:
    """The nearest multiple of `step`, at least one, less a little."""
    return np.maximum(np.floor(value / step + 0.5), 1) * step - below


def _minor(value: Floats) -> Ints:
    return np.rint(value * _MINOR).astype(np.int64)

"""What a layout must know of the shop to read and write its columns."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """A channel as another platform's market: by its title, or by its name where others are called so, with its own
    currency."""

    channel: str
    title: str
    currency: str


@dataclass(frozen=True)
class Ground:
    """`currency`, `channel` and `warehouse` stand in where a file names none. `markets` are all channels, by their title
    and by their name, both in lower case.
    """

    language: str
    currency: str
    channel: str
    warehouse: str
    markets: Mapping[str, Market]

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CacheBounds:
    """A parsed document takes 50 to 300 bytes a character, so both numbers are needed to bound memory."""

    max_entries: int = 1_000
    max_characters: int = 256_000


class SourceCache(Generic[T]):
    """What is known of source texts; the least recently used are forgotten first."""

    def __init__(self, bounds: CacheBounds) -> None:
        self._bounds = bounds
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._characters = 0

    def get(self, source: str) -> T | None:
        value = self._kept.get(source)
        if value is not None:
            self._kept.move_to_end(source)
        return value

    def put(self, source: str, value: T) -> None:
        if source not in self._kept:
            self._characters += len(source)
        self._kept[source] = value
        while len(self._kept) > self._bounds.max_entries or self._characters > self._bounds.max_characters:
            dropped, _ = self._kept.popitem(last=False)
            self._characters -= len(dropped)

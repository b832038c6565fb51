"""Categories as the names on the way to them."""

from collections.abc import Iterable

_SEPARATOR = ">"


def path_of(text: str) -> tuple[str, ...]:
    """From the root on."""
    return tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())


def path_text(path: Iterable[str]) -> str:
    return f" {_SEPARATOR} ".join(path)

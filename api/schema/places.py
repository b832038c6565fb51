"""Where in the caller's input something stands that the domain calls by its name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.shared.errors import InvalidInput


@contextmanager
def told_by_place(places: Mapping[str, str]) -> Iterator[None]:
    """Bad input that the block finds is named by its place: `publications.asia.liveFrom` is `publications.1.liveFrom`.

    `places` has the places by the names. What the input does not hold, such as an attribute that it lacks, keeps its name.
    """
    try:
        yield
    except InvalidInput as refusal:
        for name, place in places.items():
            if refusal.field == name or refusal.field.startswith(f"{name}."):
                field = place + refusal.field.removeprefix(name)
                raise InvalidInput(field=field, rule=refusal.rule, limit=refusal.limit) from refusal
        raise

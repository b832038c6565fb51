"""The storefronts and markets of the shop, by their names."""

from domain.shared.errors import InvalidInput
from domain.shared.settings import settings


def checked_channel(name: str | None, *, field: str = "channel") -> str:
    """`name` when there is such a channel, the first when none is given. Raises InvalidInput."""
    known = settings().channels
    if name is None:
        return known[0]
    if name not in known:
        raise InvalidInput(field=field, rule="oneOf", limit=", ".join(known))
    return name

"""Whether what is somebody else's answers exactly as what does not exist."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from api.ids import decode_any, encode
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from tests.architecture.access.world import PRIVATE, PUBLIC_KINDS, World

HIDDEN = {"null", "empty", "NOT_FOUND"}
"""The words of what a party does not get to know of."""


def missing(world: World, given: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """For each id in `given` that not everybody is shown: it, another that nothing has, and `given` with that other one."""
    private = {world.id(kind, name) for kind, name in PRIVATE}
    for id in _ids(given):
        kind, _ = decode_any(id, field="id")
        if kind not in PUBLIC_KINDS or id in private:
            other = encode(kind, new_id())
            yield id, other, orjson.loads(orjson.dumps(given).replace(id.encode(), other.encode()))


def without_ids(answer: Any, *ids: str) -> str:
    """The whole answer as text, with one and the same word for each of `ids`, however it is written."""
    text = orjson.dumps(answer).decode()
    for id in ids:
        text = text.replace(id, "ID").replace(str(decode_any(id, field="id")[1]), "ID")
    return text


def _ids(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        for one in given.values():
            yield from _ids(one)
    elif isinstance(given, list):
        for one in given:
            yield from _ids(one)
    elif isinstance(given, str) and _is_id(given):
        yield given


def _is_id(text: str) -> bool:
    try:
        return bool(decode_any(text, field="id"))
    except InvalidInput:
        return False

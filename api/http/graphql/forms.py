"""Requests with files: GraphQL multipart requests (https://github.com/jaydenseric/graphql-multipart-request-spec).

What is asked comes before the files, so it is judged before they are read, and each file goes to the disk as it comes.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from api.http.graphql.parts import Parts, too_slow
from api.http.graphql.received import Received
from api.http.graphql.receiving import receive
from api.http.graphql.refusals import RequestRefused
from api.http.graphql.request import GraphQLRequest, bad_request, decode_json, from_parameters
from api.http.graphql.settings import FrontDoorSettings


def is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method == "POST" and kind == "multipart/form-data"


class Form:
    """A request whose `wanted` has been read and whose files have not."""

    def __init__(self, parts: Parts, wanted: GraphQLRequest, places: Mapping[str, Sequence[str]]) -> None:
        self.wanted = wanted
        self._parts = parts
        self._places = places

    @asynccontextmanager
    async def files(self, *, longest: int, shown: Callable[[Received], Any]) -> AsyncIterator[None]:
        """Receive the files, `longest` bytes each at most, and put what `shown` makes of each where the variables want
        it. They are gone when the block ends. Raises RequestRefused."""
        async with AsyncExitStack() as kept:
            for name, paths in self._places.items():
                part = await self._parts.next()
                if part is None or part.name != name or part.filename is None:
                    raise bad_request(f"File {name} must follow, in the order of `map`.")
                received = await receive(self._parts, part, longest=longest)
                kept.callback(received.file.close)
                for path in paths:
                    _put(self.wanted.variables, path, shown(received))
            if await self._parts.next() is not None:
                raise bad_request("Nothing may follow the files that `map` names.")
            yield


async def open_form(request: Request, chunks: AsyncGenerator[bytes, None], settings: FrontDoorSettings) -> Form:
    """What is asked for, of the body that `chunks` brings.

    Raises RequestRefused, also for what a page of another site could send without our consent.
    """
    if not any(name in request.headers for name in settings.form_guards):
        guards = " or ".join(settings.form_guards)
        raise RequestRefused(403, "CROSS_SITE", f"A request with files must come with the header {guards}.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_CONTENT_ENCODING", "Compressed bodies are not supported.")
    _, options = parse_options_header(request.headers["content-type"])
    parts = Parts(chunks, options.get(b"boundary", b""), settings)
    try:
        async with asyncio.timeout(settings.body_timeout):
            return await _opened(parts, settings)
    except TimeoutError:
        raise too_slow() from None


async def _opened(parts: Parts, settings: FrontDoorSettings) -> Form:
    operations = decode_json(await _text(parts, "operations", settings))
    if not isinstance(operations, dict):
        raise bad_request("`operations` must be a JSON object; batches are not supported.")
    wanted = from_parameters(operations)
    places = _places(decode_json(await _text(parts, "map", settings)), wanted, settings)
    return Form(parts, wanted, places)


async def _text(parts: Parts, name: str, settings: FrontDoorSettings) -> bytes:
    part = await parts.next()
    if part is None or part.name != name or part.filename is not None:
        raise bad_request("The parts must be `operations`, `map` and then the files.")
    return b"".join([chunk async for chunk in parts.content(part, longest=settings.max_body_bytes)])


def _places(given: Any, wanted: GraphQLRequest, settings: FrontDoorSettings) -> dict[str, list[str]]:
    """Where each file goes, by its part's name."""
    if not isinstance(given, dict) or not 0 < len(given) <= settings.max_files:
        raise bad_request(f"`map` must be an object that names 1 to {settings.max_files} files.")
    seen: set[str] = set()
    for name, paths in given.items():
        if not isinstance(paths, list) or not 0 < len(paths) <= settings.max_files:
            raise bad_request(f"`map` must give file {name} a list of 1 to {settings.max_files} paths.")
        for path in paths:
            if not isinstance(path, str) or path in seen or _at(wanted.variables, path) is not None:
                raise bad_request(f"`map` must lead file {name} to a variable that is null, and each to its own.")
            seen.add(path)
    return given


def _at(variables: dict[str, Any], path: str) -> Any:
    """The value at a path such as `variables.input.files.0`. Raises RequestRefused when it leads nowhere."""
    container, key = _holder(variables, path)
    return container[key]


def _put(variables: dict[str, Any], path: str, file: Any) -> None:
    container, key = _holder(variables, path)
    container[key] = file


def _holder(variables: dict[str, Any], path: str) -> tuple[Any, Any]:
    first, *steps = path.split(".")
    container: Any = {first: variables} if first == "variables" else {}
    key: Any = first
    try:
        for step in steps:
            container = container[key]
            key = int(step) if isinstance(container, list) and step.isdecimal() else step
        container[key]
    except (KeyError, IndexError, TypeError, ValueError):
        raise bad_request("`map` holds a path that leads nowhere in `operations`.") from None
    if not steps:
        raise bad_request("`map` holds a path that leads nowhere in `operations`.")
    return container, key

"""Reads the parts of a multipart body one after the other, as they come."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.http.graphql.refusals import RequestRefused
from api.http.graphql.request import bad_request
from api.http.graphql.settings import FrontDoorSettings

_MAX_HEADERS: Final = 8
_MAX_HEADER_BYTES: Final = 1_024
_DRAINED: Final = 33_554_432
_DRAIN_SECONDS: Final = 5.0
_SILENCE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """`filename` is None for a part that is no file."""

    name: str
    filename: str | None


class _End:
    pass


_Event = Part | bytes | _End


class Parts:
    """A part must be read before the next one is asked for; what is left of it is skipped."""

    def __init__(self, chunks: AsyncGenerator[bytes, None], boundary: bytes, settings: FrontDoorSettings) -> None:
        if not boundary:
            raise bad_request("The content type must name a boundary.")
        self._chunks = chunks
        self._settings = settings
        self._left = settings.max_form_bytes
        self._deadline = asyncio.get_running_loop().time() + settings.form_timeout
        self._events: deque[_Event] = deque()
        self._header = self._value = b""
        self._disposition = b""
        self._is_over = False
        self._parser = self._made(boundary)

    async def next(self) -> Part | None:
        """Raises RequestRefused."""
        while (event := await self._event()) is not None:
            if isinstance(event, Part):
                return event
        return None

    async def content(self, part: Part, *, longest: int) -> AsyncIterator[bytes]:
        """Raises RequestRefused, also when there is more than `longest` bytes of it."""
        left = longest
        while not isinstance(event := await self._event(), _End):
            if not isinstance(event, bytes):
                raise bad_request("The body ends too early.")
            left -= len(event)
            if left < 0:
                raise too_large(f"{part.name} may have {longest} bytes at most.")
            yield event

    async def _event(self) -> _Event | None:
        while not self._events:
            if self._is_over:
                return None
            await self._feed()
        return self._events.popleft()

    async def _feed(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline), asyncio.timeout(self._settings.body_timeout):
                chunk = await anext(self._chunks, b"")
        except TimeoutError:
            raise too_slow() from None
        self._left -= len(chunk)
        if self._left < 0:
            raise too_large(f"The body may have {self._settings.max_form_bytes} bytes at most.")
        try:
            self._parser.write(chunk)
            if not chunk:
                self._is_over = True
                self._parser.finalize()
        except FormParserError:
            raise bad_request("The body is not multipart/form-data.") from None

    def _made(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_header,
                    "on_header_value": self._on_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
                    "on_part_end": lambda: self._events.append(_End()),
                },
                max_header_count=_MAX_HEADERS,
                max_header_size=_MAX_HEADER_BYTES,
            )
        except FormParserError:
            raise bad_request("The boundary is too long.") from None

    def _begin(self) -> None:
        self._disposition = b""

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        filename = options.get(b"filename")
        name = options.get(b"name", b"").decode(errors="replace")
        self._events.append(Part(name, None if filename is None else filename.decode(errors="replace")))


async def drain(chunks: AsyncGenerator[bytes, None]) -> None:
    """Take in and forget what is still coming, within reason: a connection that is closed over unread bytes is reset, and
    its client never sees why."""
    left = _DRAINED
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    chunk = await anext(chunks, b"")
                if not chunk:
                    return
                left -= len(chunk)


_CLOSE: Final = {"connection": "close"}


def too_slow() -> RequestRefused:
    return RequestRefused(408, "REQUEST_TIMEOUT", "The body took too long.", headers=_CLOSE)


def too_large(message: str) -> RequestRefused:
    return RequestRefused(413, "CONTENT_TOO_LARGE", message, headers=_CLOSE)

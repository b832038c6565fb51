"""Takes in one file of a request: to the disk, never whole into memory."""

import asyncio
import hashlib
from contextlib import suppress
from tempfile import TemporaryFile
from typing import BinaryIO, Final

import structlog

from api.http.graphql.parts import Part, Parts
from api.http.graphql.received import Received
from api.http.graphql.refusals import RequestRefused

_WRITTEN_AT_ONCE: Final = 1_048_576
_MAX_NAME: Final = 200
_log: Final = structlog.get_logger("api.files")


async def receive(parts: Parts, part: Part, *, longest: int) -> Received:
    """Raises RequestRefused, also when this machine's disk is full."""
    try:
        file = TemporaryFile(prefix="hanse-upload-")  # noqa: SIM115 closed by who is given it
        return await _received(parts, part, file, longest)
    except OSError as error:
        _log.error("a file cannot be taken in", error=repr(error))
        text = "The file cannot be taken in now; try again later."
        raise RequestRefused(507, "INSUFFICIENT_STORAGE", text) from error


async def _received(parts: Parts, part: Part, file: BinaryIO, longest: int) -> Received:
    try:
        digest, size, waiting = hashlib.sha256(), 0, bytearray()
        async for chunk in parts.content(part, longest=longest):
            waiting += chunk
            if len(waiting) >= _WRITTEN_AT_ONCE:
                size += await asyncio.to_thread(_write, file, digest, bytes(waiting))
                waiting.clear()
        size += await asyncio.to_thread(_write, file, digest, bytes(waiting))
    except BaseException:
        with suppress(OSError):  # closing writes what is left
            file.close()
        raise
    return Received(_name(part.filename or ""), size, digest.hexdigest(), file)


def _write(file: BinaryIO, digest: "hashlib._Hash", content: bytes) -> int:
    digest.update(content)
    file.write(content)
    file.flush()
    return len(content)


def _name(sent: str) -> str:
    """What the sender calls it, without folders and invisible characters."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[:_MAX_NAME]

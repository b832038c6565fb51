"""Takes in one file of a request: to the disk, never whole into memory."""

import asyncio
import hashlib
from tempfile import TemporaryFile
from typing import BinaryIO, Final

from api.http.graphql.parts import Part, Parts
from api.http.graphql.received import Received

_WRITTEN_AT_ONCE: Final = 1_048_576
_MAX_NAME: Final = 200


async def receive(parts: Parts, part: Part, *, longest: int) -> Received:
    """Raises RequestRefused."""
    file = TemporaryFile(prefix="hanse-upload-")  # noqa: SIM115 closed by who is given it
    try:
        digest, size, waiting = hashlib.sha256(), 0, bytearray()
        async for chunk in parts.content(part, longest=longest):
            waiting += chunk
            if len(waiting) >= _WRITTEN_AT_ONCE:
                size += await asyncio.to_thread(_write, file, digest, bytes(waiting))
                waiting.clear()
        size += await asyncio.to_thread(_write, file, digest, bytes(waiting))
    except BaseException:
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

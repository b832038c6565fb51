"""Files that somebody sends with a request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.shared.files import CHUNK


@dataclass(frozen=True, eq=False)
class Upload:
    """A file that was received whole. Its content is gone when the request has been answered.

    `name` is what the sender calls it: for people to read, never a path. `size` is in bytes, `sha256` in hex.
    """

    name: str
    size: int
    sha256: str
    file: BinaryIO

    async def head(self, size: int) -> bytes:
        """The first bytes."""
        return await asyncio.to_thread(self._read, 0, size)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content, from its beginning, however often it is asked for."""
        for start in range(0, self.size, CHUNK):
            yield await asyncio.to_thread(self._read, start, CHUNK)

    def _read(self, start: int, size: int) -> bytes:
        self.file.seek(start)
        return self.file.read(size)


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

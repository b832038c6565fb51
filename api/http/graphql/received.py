"""A file that came with a request."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """It has no name in the file system: it is gone when it is closed, and when the process dies. `name` is what the
    sender calls it, `size` in bytes, `sha256` in hex."""

    name: str
    size: int
    sha256: str
    file: BinaryIO

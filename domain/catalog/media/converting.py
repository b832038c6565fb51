"""Having a picture converted by a process of its own (`convert.py`), one at a time in each worker."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from domain.catalog.media.rules import MAX_PIXELS, MEDIA_TYPES, SIZES
from domain.shared.uploads import file_hash

_PROGRAM: Final = Path(__file__).with_name("convert.py")
_SECONDS: Final = 120.0
_one_at_a_time: Final = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Made:
    """One size of a picture, in a file on this machine."""

    size: int
    width: int
    height: int
    bytes: int
    sha256: str
    path: Path

    def told(self) -> dict[str, object]:
        """As the table keeps it."""
        kept = ("size", "width", "height", "bytes", "sha256")
        return {name: getattr(self, name) for name in kept}


@dataclass(frozen=True)
class Converted:
    """`width` and `height` are the original's, turned upright."""

    width: int
    height: int
    made: tuple[Made, ...]


class Unusable(Exception):
    """The picture cannot be converted, today or later. `code` is why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def convert(source: Path, folder: Path) -> Converted:
    """Make all sizes of `source` in `folder`.

    Raises Unusable: UNREADABLE (no picture, broken, or it broke the decoder), TOO_MANY_PIXELS, TOO_MUCH_MEMORY, TOO_SLOW.
    """
    wanted = {"formats": list(MEDIA_TYPES.values()), "sizes": SIZES, "pixels": MAX_PIXELS}
    async with _one_at_a_time:
        answer = orjson.loads(await _answer(source, folder, orjson.dumps(wanted)))
    if "error" in answer:
        raise Unusable(answer["error"])
    made = tuple([await asyncio.to_thread(_found, folder, one) for one in answer["files"]])
    return Converted(answer["width"], answer["height"], made)


async def _answer(source: Path, folder: Path, wanted: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_PROGRAM),
        str(source),
        str(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath, "OMP_NUM_THREADS": "1"},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            answer, _ = await process.communicate(wanted)
    except TimeoutError:
        raise Unusable("TOO_SLOW") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode != 0:
        raise Unusable("TOO_SLOW" if process.returncode == -signal.SIGXCPU else "UNREADABLE")
    return answer


def _found(folder: Path, told: dict[str, int]) -> Made:
    path = folder / f"{told['size']}.webp"
    return Made(told["size"], told["width"], told["height"], path.stat().st_size, file_hash(path), path)

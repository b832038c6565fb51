"""What the generator's arrays are made of: random streams, drawing by rows, moments, identifiers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
"""In milliseconds, in which all moments are kept, counted from 1970 in UTC."""


def stream(number: int, name: str) -> np.random.Generator:
    """Randomness of its own for each part, so that a change to one leaves the others as they were."""
    return np.random.default_rng([number, crc32(name.encode())])


def draw(weights: Floats, rows: Ints, rng: np.random.Generator) -> Ints:
    """For each entry of `rows` a column of that row of `weights` (at least 0), by chance in proportion."""
    bounds = np.cumsum(weights, axis=1)
    bounds /= bounds[:, -1:]
    bounds += np.arange(len(bounds))[:, None]
    places = np.searchsorted(bounds.ravel(), rows + rng.random(len(rows)), side="right")
    drawn: Ints = np.minimum(places - rows * weights.shape[1], weights.shape[1] - 1)
    return drawn


def moments(milliseconds: Ints) -> list[datetime]:
    return [datetime.fromtimestamp(ms / SECOND, UTC) for ms in milliseconds.tolist()]


def moments_or_none(milliseconds: Ints) -> list[datetime | None]:
    """None where the number is below zero: it has not happened."""
    return [None if ms < 0 else datetime.fromtimestamp(ms / SECOND, UTC) for ms in milliseconds.tolist()]


def new_ids(milliseconds: Ints, rng: np.random.Generator) -> list[UUID]:
    """A UUIDv7 (RFC 9562) for each moment: 48 bits of time, then chance from `rng`, so that they can be made again."""
    raw = rng.integers(0, 256, size=(len(milliseconds), 16), dtype=np.uint8)
    raw[:, :6] = milliseconds.astype(">i8")[:, None].view(np.uint8)[:, 2:]
    raw[:, 6] = raw[:, 6] & 0x0F | 0x70
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    return [UUID(bytes=row.tobytes()) for row in raw]


def pick(values: Sequence[UUID], places: Ints) -> list[UUID]:
    return [values[place] for place in places.tolist()]

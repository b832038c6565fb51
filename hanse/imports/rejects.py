"""The file that lists every row that was not loaded."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from domain.shared.database import connection
from domain.shared.ids import new_id
from hanse.imports.refusal import ImportRefused

_BATCH = 5000

COLUMNS = ("line", "reason", "detail", "invoice", "stock_code", "description", "quantity", "unit_price", "customer_id")

_REJECTED = """
    SELECT line, reason, detail, invoice, code, name, quantity, price, customer FROM staged
    WHERE reason IS NOT NULL ORDER BY line"""


@contextmanager
def rejects_file(path: Path, *, source: Path) -> Iterator[TextIO]:
    """A file to write to, which takes the place of `path` only when the block ends well. Raises ImportRefused."""
    if path.exists() and path.samefile(source):
        raise ImportRefused(f"{path}: the rejects would replace the file that is imported")
    if path.is_dir():
        raise ImportRefused(f"{path}: cannot be written: it is a folder")
    part = path.with_name(f".{path.name}.{new_id().hex}.part")
    with _refusing(path):
        sink = part.open("w", encoding="utf-8", newline="")
    try:
        with sink:
            yield sink
        with _refusing(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


async def write_rejects(path: Path, sink: TextIO) -> None:
    """One row per rejected row of the source, in its order; `line` is where it begins there.

    Raises ImportRefused, which names `path`, the place that `sink` will take.
    """
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    async with connection() as raw:
        cursor = await raw.cursor(_REJECTED)
        while batch := await cursor.fetch(_BATCH):
            with _refusing(path):
                writer.writerows(record.values() for record in batch)
                sink.flush()


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be written: {error.strerror or error}") from error

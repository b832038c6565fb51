"""Rows on their way into the database."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import connection
from domain.shared.transactions import require_transaction
from hanse.seed.arrays import Ints, new_ids, stream
from hanse.seed.scale import Scale


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    records: list[tuple[object, ...]]


async def copy(table: Table) -> None:
    require_transaction("copy")
    async with connection() as raw:
        await raw.copy_records_to_table(table.name, columns=table.columns, records=table.records)


def row_ids(scale: Scale, table: str, milliseconds: Ints) -> list[UUID]:
    """Identifiers for rows that no other row refers to."""
    return new_ids(milliseconds, stream(scale.number, f"rows of {table}"))

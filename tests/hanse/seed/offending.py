"""For tests of what must hold of every row."""

from domain.shared.database import rows


async def none(sql: str, *values: object) -> bool:
    """Whether the statement finds no offending row."""
    return not await rows(f"{sql} LIMIT 1", *values)

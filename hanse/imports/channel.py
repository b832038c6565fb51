"""Where imported goods are on sale, and imported orders were placed."""

from domain.shared.database import value


async def first_channel() -> str:
    found: str = await value("SELECT name FROM channel ORDER BY position, name LIMIT 1")
    return found

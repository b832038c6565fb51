"""A row of the catalogue, locked by whoever is about to change it."""

from uuid import UUID

from domain.shared.database import value
from domain.shared.errors import StaleVersion, not_found
from domain.shared.transactions import require_transaction

_TABLES = {"Category": "category", "ProductType": "product_type", "Attribute": "attribute"}


async def locked_version(kind: str, id: UUID, expected: int | None) -> int:
    """The version of the thing, which nobody else changes until the transaction ends.

    Raises NotFound, and StaleVersion when another version was expected.
    """
    require_transaction("locked_version")
    version: int | None = await value(f"SELECT version FROM {_TABLES[kind]} WHERE id = $1 FOR UPDATE", id)
    if version is None:
        raise not_found(kind, id)
    if expected not in {None, version}:
        raise StaleVersion(expected=expected or 0, current=version)
    return version


async def raise_version(kind: str, id: UUID) -> int:
    """The version that the thing has now."""
    require_transaction("raise_version")
    raised: int = await value(f"UPDATE {_TABLES[kind]} SET version = version + 1 WHERE id = $1 RETURNING version", id)
    return raised

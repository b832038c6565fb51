"""The things that have texts, and who may translate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.catalog.categories.tree import LOCK_BELOW
from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

HOLDERS: Final = {
    "product": "product",
    "media": "product",
    "category": "category",
    "product_type": "product_type",
    "attribute": "attribute",
    "choice": "attribute",
}
"""Whose version counts the changes of the texts of each kind. Options are nobody's and have none."""

_LOCKS: Final = {
    "product": """SELECT FROM product WHERE id = ANY($1) OR id IN (SELECT product_id FROM media WHERE id = ANY($1))
                  ORDER BY id FOR UPDATE""",
    "category": LOCK_BELOW,
    "product_type": "SELECT FROM product_type WHERE id = ANY($1) ORDER BY id FOR UPDATE",
    "attribute": """SELECT FROM attribute
                    WHERE id = ANY($1) OR id IN (SELECT attribute_id FROM attribute_choice WHERE id = ANY($1))
                    ORDER BY id FOR UPDATE""",
}
_RAISES: Final = {
    "product": "UPDATE product SET version = version + 1, updated_at = now() WHERE id = ANY($1) RETURNING id, version",
    "category": "UPDATE category SET version = version + 1 WHERE id = ANY($1) RETURNING id, version",
    "product_type": "UPDATE product_type SET version = version + 1 WHERE id = ANY($1) RETURNING id, version",
    "attribute": "UPDATE attribute SET version = version + 1 WHERE id = ANY($1) RETURNING id, version",
}
_OWNERS: Final = """
    SELECT 'product' AS kind, id, id AS holder_id, version, supplier_id FROM product WHERE id = ANY($1)
    UNION ALL SELECT 'media', m.id, p.id, p.version, p.supplier_id
      FROM media m JOIN product p ON p.id = m.product_id WHERE m.id = ANY($1)
    UNION ALL SELECT 'category', id, id, version, NULL FROM category WHERE id = ANY($1)
    UNION ALL SELECT 'product_type', id, id, version, NULL FROM product_type WHERE id = ANY($1)
    UNION ALL SELECT 'attribute', id, id, version, NULL FROM attribute WHERE id = ANY($1)
    UNION ALL SELECT 'choice', c.id, a.id, a.version, NULL
      FROM attribute_choice c JOIN attribute a ON a.id = c.attribute_id WHERE c.id = ANY($1)
    UNION ALL SELECT owner_kind, owner_id, owner_id, 0, NULL FROM catalog_text
      WHERE owner_id = ANY($1) AND owner_kind IN ('option', 'option_value') AND field = 'name' AND language = $2"""


@dataclass(frozen=True, slots=True)
class Owner:
    """`version` is that of the thing `holder_id`, which this one is or belongs to; 0 where nothing has one."""

    kind: str
    id: UUID
    holder_id: UUID
    version: int
    supplier_id: UUID | None


async def owners(owner_ids: Sequence[UUID]) -> dict[UUID, Owner]:
    """Those that exist. One statement."""
    found = await rows(_OWNERS, list(owner_ids), settings().default_language)
    return {one["id"]: Owner(**one) for one in found}


async def lock_holders(owner_ids: Mapping[str, Sequence[UUID]]) -> None:
    """By kind of owner. A statement for each kind of holder."""
    require_transaction("lock_holders")
    for holder, statement in _LOCKS.items():
        if ids := [id for kind, of_kind in owner_ids.items() if HOLDERS.get(kind) == holder for id in of_kind]:
            await rows(statement, ids)


async def raise_versions(holder_ids: Mapping[str, Sequence[UUID]]) -> dict[UUID, int]:
    """The versions that things have now, by kind of holder. A statement for each kind."""
    require_transaction("raise_versions")
    raised: dict[UUID, int] = {}
    for holder, ids in holder_ids.items():
        if holder in _RAISES:
            raised |= {one["id"]: one["version"] for one in await rows(_RAISES[holder], list(ids))}
    return raised


def may_translate(viewer: Viewer, owner: Owner) -> bool:
    """Texts of a supplier's products may be translated by that supplier, all others by who may write everything."""
    suppliers = frozenset() if owner.supplier_id is None else frozenset({owner.supplier_id})
    return viewer.may_for(Permission.CATALOGUE_WRITE, suppliers=suppliers)


def own_suppliers(viewer: Viewer) -> list[UUID] | None:
    """Those whose products the viewer may translate; None: everything. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    if viewer.may(Permission.CATALOGUE_WRITE):
        return None
    limits = viewer.limited(Permission.CATALOGUE_WRITE)
    return [one.supplier_id for one in limits if one.supplier_id is not None and one.channel is None]

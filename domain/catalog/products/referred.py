"""What attributes that refer to something call it."""

from collections.abc import Sequence
from uuid import UUID

from domain.channels.storefront import Storefront
from domain.shared.database import rows

_NAMES = """
    SELECT r.id, coalesce(t.value, r.otherwise) AS name
    FROM (SELECT id, name AS otherwise FROM supplier WHERE id = ANY($1)
          UNION ALL SELECT id, slug FROM category WHERE id = ANY($1)
          UNION ALL SELECT product_id, slug FROM product_listing WHERE product_id = ANY($1) AND $3 = ANY(channels)) AS r
    LEFT JOIN LATERAL (
      SELECT t.value FROM catalog_text t WHERE t.owner_id = r.id AND t.field = 'name' AND t.language = ANY($2)
      ORDER BY array_position($2, t.language::text) LIMIT 1) t ON true"""


async def referred_names(ids: Sequence[UUID], *, shop: Storefront) -> dict[UUID, str]:
    """Of suppliers, categories and products, in the storefront's first language that has it. One statement.

    Products that are not live in the channel are missing: nobody may read their names there.
    """
    found = await rows(_NAMES, list(ids), list(shop.languages), shop.channel)
    return {one["id"]: one["name"] for one in found}

"""The addresses of products' pictures, as files have them."""

from collections import defaultdict
from uuid import UUID

from domain.bulk.layouts.products_out import ImageOut
from domain.catalog.media.queries import media_of
from domain.shared.database import rows
from domain.shared.settings import settings

_IMAGES = """
    SELECT m.id, m.product_id, m.position, m.source_url, coalesce(t.value, '') AS alt
    FROM media m LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (m.id, 'alt', $2)
    WHERE m.product_id = ANY($1) AND m.state <> 'failed' ORDER BY m.product_id, m.position, m.id"""


async def images_of(product_ids: list[UUID]) -> tuple[dict[UUID, list[ImageOut]], dict[UUID, str]]:
    """Each product's pictures in their order, and every picture's address.

    That is where it was fetched from; for one that somebody sent, where this shop shows its largest size. What cannot be
    fetched from anywhere is left out.
    """
    found = await rows(_IMAGES, product_ids, settings().default_language)
    sent = [one["product_id"] for one in found if one["source_url"] is None]
    shown = {
        each.id: f"{settings().public_address}{each.sizes[-1].url}"
        for all_of_one in (await media_of(sent) if sent else {}).values()
        for each in all_of_one
        if each.sizes
    }
    urls = {one["id"]: one["source_url"] or shown.get(one["id"], "") for one in found}
    grouped: dict[UUID, list[ImageOut]] = defaultdict(list)
    for one in found:
        if urls[one["id"]]:
            grouped[one["product_id"]].append(ImageOut(urls[one["id"]], one["position"], one["alt"]))
    return grouped, urls

"""The whole assortment at once, for learning and reports. One statement each."""

from uuid import UUID

from domain.shared.database import rows


async def live_product_ids() -> list[UUID]:
    """Of what is live in some channel."""
    return [
        found["product_id"] for found in await rows("SELECT product_id FROM product_listing WHERE channels <> '{}'")
    ]


async def category_of_each_product() -> dict[UUID, UUID]:
    """The category by product, products out of sale included."""
    return {found["id"]: found["category_id"] for found in await rows("SELECT id, category_id FROM product")}

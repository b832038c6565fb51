"""Keeping the rating that lists show in step with what is published."""

from collections.abc import Collection
from uuid import UUID

from domain.catalog.listing.offers import set_rating
from domain.reviews.rules import ReviewState, mean_rating
from domain.shared.database import rows
from domain.shared.transactions import require_transaction


async def refresh_ratings(product_ids: Collection[UUID]) -> None:
    """Write the mean and the number of the products' published reviews into their listings.

    The listings are locked, in the order of their ids, before the reviews are read: of two reviews of one product at once,
    the second counts the first too.
    """
    require_transaction("refresh_ratings")
    wanted = sorted(product_ids)
    await rows("SELECT 1 FROM product_listing WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE", wanted)
    found = await rows(
        """SELECT product_id, sum(rating)::int AS stars, count(*)::int AS count FROM review
           WHERE product_id = ANY($1) AND state = $2 GROUP BY 1""",
        wanted,
        ReviewState.PUBLISHED,
    )
    published = {one["product_id"]: (one["stars"], one["count"]) for one in found}
    for product_id in wanted:
        stars, count = published.get(product_id, (0, 0))
        await set_rating(product_id, mean_rating(stars, count), count)

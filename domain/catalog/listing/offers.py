"""What other contexts know of products and lists show: prices, stock and ratings."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import orjson

from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction


async def set_lowest_prices(prices: Mapping[UUID, Mapping[str, int]]) -> None:
    """Let each product's list prices be these and no others: by currency the lowest of its variants, in minor units."""
    require_transaction("set_lowest_prices")
    await _lock(prices.keys())
    await run(
        """UPDATE product_listing p SET prices = g.prices::jsonb
           FROM unnest($1::uuid[], $2::text[]) AS g(product_id, prices)
           WHERE p.product_id = g.product_id AND p.prices <> g.prices::jsonb""",
        list(prices),
        [orjson.dumps(one).decode() for one in prices.values()],
    )


async def set_stocked(channels: Mapping[UUID, Sequence[str]]) -> None:
    """Let these be the channels in which some variant of each product can be bought."""
    require_transaction("set_stocked")
    await _lock(channels.keys())
    await run(
        """UPDATE product_listing p SET stocked_in = g.channels::text[]
           FROM unnest($1::uuid[], $2::text[]) AS g(product_id, channels)
           WHERE p.product_id = g.product_id AND p.stocked_in <> g.channels::text[]""",
        list(channels),
        [_array(sorted(set(one))) for one in channels.values()],
    )


async def set_rating(product_id: UUID, rating: int | None, count: int) -> None:
    """`rating` is the mean of the `count` published reviews in hundredths of a star; None where there are none."""
    require_transaction("set_rating")
    await run(
        "UPDATE product_listing SET rating = $2, rating_count = $3 WHERE product_id = $1", product_id, rating, count
    )


async def _lock(product_ids: Iterable[UUID]) -> None:
    await rows(
        "SELECT 1 FROM product_listing WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE", list(product_ids)
    )


def _array(names: Sequence[str]) -> str:
    """PostgreSQL's spelling of an array, since arrays of arrays must all be as long."""
    return "{" + ",".join('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in names) + "}"

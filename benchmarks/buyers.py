"""Who buys, what is for sale, and what becomes of purchases that were only measured."""

from typing import Any

from redis.asyncio import Redis

from domain.identity.queries import get_many
from domain.identity.sessions.sessions import open_session
from domain.shared.database import rows, run
from domain.shared.settings import settings
from domain.shared.transactions import use_case

_open_session = use_case(open_session)


async def tokens(role: str, count: int) -> dict[str, str]:
    """Access tokens of that many people who have the role, by their ids."""
    found = await rows(
        """SELECT u.id FROM users u LEFT JOIN role_grant g ON g.user_id = u.id LEFT JOIN role r ON r.id = g.role_id
           WHERE coalesce(r.name, 'customer') = $1 ORDER BY u.id LIMIT $2""",
        role,
        count,
    )
    people = await get_many([one["id"] for one in found])
    return {str(id): (await _open_session(one)).access_token for id, one in people.items()}


async def goods(count: int) -> list[dict[str, Any]]:
    """Variants at random, each with what an order line copies of it and the row of stock that it would be taken from."""
    found = await rows(
        """SELECT v.id::text AS variant, v.sku, v.product_id::text AS product, p.supplier_id::text AS supplier,
                  p.names->>'en' AS name, price.minor,
                  (SELECT s.id::text FROM stock_level s JOIN channel_warehouse w ON w.warehouse_id = s.warehouse_id
                   WHERE s.variant_id = v.id AND w.channel = 'main' ORDER BY w.position LIMIT 1) AS level
           FROM variant v JOIN product_listing p ON p.product_id = v.product_id AND p.channels @> '{main}'
           JOIN price ON price.variant_id = v.id AND price.currency = 'EUR'
           ORDER BY md5(v.id::text) LIMIT $1""",
        count,
    )
    return [dict(one) for one in found]


async def slugs(count: int) -> list[str]:
    found = await rows("SELECT slug FROM product_listing WHERE channels @> '{main}' ORDER BY md5(slug) LIMIT $1", count)
    return [one["slug"] for one in found]


async def forget_deliveries() -> None:
    """Drop what purchases have left for the workers to do, so that it is not done during the next round."""
    await run("DELETE FROM event WHERE position IS NULL")
    await run("UPDATE inbox_entry SET done_at = now() WHERE done_at IS NULL")
    queue = Redis.from_url(settings().queue_url)
    await queue.flushdb()
    await queue.aclose()

"""A purchase as bare asyncpg: the rows that the API's four mutations write, in one transaction, and nothing read."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks.operations import ADDRESS
from domain.shared.ids import new_id
from domain.shared.outbox import WAKE_RELAY

_KINDS = ("createCart", "addCartLine", "addCartLine", "placeOrder")


async def purchase(connection: asyncpg.Connection, asked: dict[str, Any]) -> dict[str, Any]:
    """`asked` names the buyer and, for two lines, what an order line copies of a variant and where it lies in stock."""
    buyer, lines, at = UUID(asked["buyer"]), asked["lines"], datetime.now(UTC)
    cart, order, total = new_id(), new_id(), sum(line["minor"] for line in lines)
    async with connection.transaction():
        await _keys(connection, buyer, (cart, cart, cart, order), at)
        await _cart(connection, (cart, buyer), lines, at)
        await _audit(connection, buyer, (cart, cart, cart, order), at)
        number = await _order(connection, (order, buyer, cart), lines, (total, at))
        await _stock(connection, order, lines, at)
        await _event(connection, order, at)
    return {"id": str(order), "number": number, "total": total}


async def _keys(connection: asyncpg.Connection, buyer: UUID, results: tuple[UUID, ...], at: datetime) -> None:
    await connection.execute(
        """INSERT INTO idempotency_key (id, actor, kind, key, fingerprint, result_id, created_at)
           SELECT k.id, $1, k.kind, k.id::text, repeat('0', 64), k.result_id, $2
           FROM unnest($3::uuid[], $4::text[], $5::uuid[]) AS k(id, kind, result_id)""",
        str(buyer),
        at,
        [new_id() for _ in _KINDS],
        _KINDS,
        results,
    )


async def _cart(
    connection: asyncpg.Connection, ids: tuple[UUID, UUID], lines: list[dict[str, Any]], at: datetime
) -> None:
    cart, buyer = ids
    await connection.execute(
        """INSERT INTO cart (id, buyer_id, channel, currency, state, version, created_at, updated_at)
           VALUES ($1, $2, 'main', 'EUR', 'ordered', 4, $3, $3)""",
        cart,
        buyer,
        at,
    )
    await connection.execute(
        """INSERT INTO cart_line (id, cart_id, variant_id, quantity)
           SELECT l.*, 1 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS l""",
        [new_id() for _ in lines],
        [cart for _ in lines],
        [line["variant"] for line in lines],
    )


async def _audit(connection: asyncpg.Connection, buyer: UUID, subjects: tuple[UUID, ...], at: datetime) -> None:
    await connection.execute(
        """INSERT INTO audit_entry (id, at, actor_kind, actor_id, action, subject_type, subject_id, before, after, network,
                                    request_id, seal)
           SELECT a.id, $1, 'person', $2, a.action, 'cart', a.subject_id, NULL, $3, '127.0.0.0/24', '', repeat('0', 64)
           FROM unnest($4::uuid[], $5::text[], $6::uuid[]) AS a(id, action, subject_id)""",
        at,
        buyer,
        '{"currency": "EUR"}',
        [new_id() for _ in _KINDS],
        _KINDS,
        subjects,
    )


async def _order(
    connection: asyncpg.Connection,
    ids: tuple[UUID, UUID, UUID],
    lines: list[dict[str, Any]],
    sum_at: tuple[int, datetime],
) -> int:
    number: int = await connection.fetchval(
        """INSERT INTO orders (id, buyer_id, cart_id, state, version, currency, total_minor, channel, country,
                               address_sealed, source, placed_at, updated_at)
           VALUES ($1, $2, $3, 'pending', 1, 'EUR', $4, 'main', 'DE', $6, 'shop', $5, $5) RETURNING number""",
        *ids,
        *sum_at,
        orjson.dumps(ADDRESS).decode(),
    )
    await connection.execute(
        """INSERT INTO order_line (id, order_id, position, variant_id, product_id, supplier_id, sku, name, quantity,
                                   returned, unit_minor, total_minor)
           SELECT gen_random_uuid(), $1, l.position, l.variant, l.product, l.supplier, l.sku, l.name, 1, 0, l.minor, l.minor
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[]) WITH ORDINALITY
             AS l(variant, product, supplier, sku, name, minor, position)""",
        ids[0],
        *([line[name] for line in lines] for name in ("variant", "product", "supplier", "sku", "name", "minor")),
    )
    return number


async def _stock(connection: asyncpg.Connection, order: UUID, lines: list[dict[str, Any]], at: datetime) -> None:
    levels = [line["level"] for line in lines]
    await connection.execute(
        """WITH locked AS (SELECT id FROM stock_level WHERE id = ANY($1) ORDER BY id FOR UPDATE)
           UPDATE stock_level s SET reserved = reserved + 1 FROM locked WHERE s.id = locked.id""",
        levels,
    )
    await connection.execute(
        """INSERT INTO stock_movement (id, level_id, kind, on_hand_delta, reserved_delta, reference, at)
           SELECT gen_random_uuid(), level, 'reserve', 0, 1, $1, $2 FROM unnest($3::uuid[]) AS level""",
        order,
        at,
        levels,
    )
    await connection.execute(
        """INSERT INTO reservation (id, owner_id, level_id, quantity, state)
           SELECT gen_random_uuid(), $1, level, 1, 'held' FROM unnest($2::uuid[]) AS level""",
        order,
        levels,
    )


async def _event(connection: asyncpg.Connection, order: UUID, at: datetime) -> None:
    await connection.execute(
        """WITH stored AS (
             INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
             VALUES ($1, 'order.placed', 'order', $2, 1, '{"state": "pending"}', '', $3) RETURNING id)
           SELECT pg_notify($4, '') FROM stored""",
        new_id(),
        order,
        at,
        WAKE_RELAY,
    )

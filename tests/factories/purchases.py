"""Histories of purchases: as arrays for the pure functions, as rows for the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np

from domain.orders.purchases import PurchaseLines
from domain.shared.database import connection, row, run_many
from tests.factories.people import a_supplier

FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Bought:
    """A line; customers, products and orders are numbers, days count from `FIRST_DAY`."""

    customer: int
    product: int
    order: int
    day: int


def customer_id(number: int) -> UUID:
    return UUID(int=(1 << 64) + number)


def product_id(number: int) -> UUID:
    return UUID(int=(2 << 64) + number)


def order_id(number: int) -> UUID:
    return UUID(int=(3 << 64) + number)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def as_lines(bought: Sequence[Bought]) -> PurchaseLines:
    return PurchaseLines(
        customers=_void(customer_id(one.customer) for one in bought),
        products=_void(product_id(one.product) for one in bought),
        orders=_void(order_id(one.order) for one in bought),
        days=np.array([day(one.day) for one in bought], dtype="datetime64[D]"),
    )


def tasteful(*, customers: int = 200, products: int = 240, orders: int = 3000, days: int = 240) -> list[Bought]:
    """A shop whose customers each like one of eight groups of products, with a few bestsellers that all buy."""
    random = np.random.default_rng(5)
    groups = np.arange(products) % 8
    bought = []
    for order in range(orders):
        customer = int(random.integers(customers))
        liked = np.flatnonzero(groups == customer % 8)
        when = int(days * random.random())
        for _ in range(int(random.integers(1, 4))):
            others = range(5) if random.random() < 0.2 else liked
            bought.append(Bought(customer, int(random.choice(others)), order, when))
    return bought


async def store(bought: Sequence[Bought], *, minor: int = 1000, currency: str = "EUR") -> None:
    """The rows behind a history: every line one unit at `minor`, every order delivered, products in three categories."""
    await _store_people({one.customer for one in bought})
    supplier = await store_products({one.product for one in bought})
    orders = {one.order: one for one in bought}
    async with connection() as raw:
        await raw.copy_records_to_table(
            "orders",
            columns=["id", "buyer_id", "state", "version", "currency", "total_minor", "country", "channel", "source",
                     "placed_at", "updated_at"],
            records=[
                (order_id(number), customer_id(one.customer), "delivered", 1, currency, minor, "DE", "main", "demo",
                 _noon(one.day), _noon(one.day))
                for number, one in orders.items()
            ],
        )  # fmt: skip
        await raw.copy_records_to_table(
            "order_line",
            columns=["id", "order_id", "variant_id", "product_id", "supplier_id", "position", "sku", "name", "quantity",
                     "returned", "unit_minor", "total_minor"],
            records=[
                (UUID(int=(5 << 64) + number), order_id(one.order), product_id(one.product), product_id(one.product),
                 supplier, number, str(one.product), "Tea", 1, 0, minor, minor)
                for number, one in enumerate(bought)
            ],
        )  # fmt: skip


async def _store_people(numbers: Iterable[int]) -> None:
    await run_many(
        """INSERT INTO users (id, language, currency, is_guest, version, created_at)
           VALUES ($1, 'en', 'EUR', FALSE, 1, now())""",
        [(customer_id(number),) for number in numbers],
    )


async def store_products(numbers: Iterable[int]) -> UUID:
    """Live products, each with a variant of the same id. Returns their supplier."""
    supplier, wanted = await a_supplier(), sorted(numbers)
    await run_many(
        "INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)",
        [(UUID(int=number), f"category-{number}") for number in range(3)],
    )
    await run_many(
        """INSERT INTO product (id, slug, category_id, supplier_id, created_at, updated_at)
           VALUES ($1, $2, $3, $4, now(), now())""",
        [(product_id(number), f"product-{number}", UUID(int=number % 3), supplier) for number in wanted],
    )
    await run_many(
        "INSERT INTO variant (id, product_id, sku, options, position) VALUES ($1, $1, $2, '{}', 0)",
        [(product_id(number), str(number)) for number in wanted],
    )
    await run_many(
        """INSERT INTO product_listing (product_id, slug, category_id, category_path, supplier_id, channels, names, prices,
                                        sold, created_at)
           SELECT id, slug, category_id, ARRAY[category_id], supplier_id, '{main}', jsonb_build_object('en', slug),
                  '{"EUR": 1000}', 0, created_at
           FROM product WHERE id = $1""",
        [(product_id(number),) for number in wanted],
    )
    await run_many(
        "INSERT INTO publication (id, product_id, channel, status) VALUES (gen_random_uuid(), $1, 'main', 'live')",
        [(product_id(number),) for number in wanted],
    )
    return supplier


async def emitted(kind: str, subject_id: UUID) -> UUID:
    """The id of the newest event of this kind about the subject."""
    found = await row(
        "SELECT id FROM event WHERE kind = $1 AND subject_id = $2 ORDER BY serial DESC LIMIT 1", kind, subject_id
    )
    assert found is not None
    event_id: UUID = found["id"]
    return event_id


def _noon(number: int) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=12)


def _void(ids: Iterable[UUID]) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    return np.frombuffer(b"".join(one.bytes for one in ids), dtype="V16")

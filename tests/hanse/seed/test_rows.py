"""What holds between the rows of a seeded shop. Each test reads a small one; none changes it."""

import re
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import orjson
import pytest
from argon2 import PasswordHasher

from domain.identity.access.permissions import ROLES
from domain.identity.queries import get_many, user_by_email
from domain.orders.delivery_addresses import addresses_of
from domain.orders.states import TRANSITIONS, OrderState
from domain.shared.database import row, rows, value
from hanse.seed import is_seeded
from tests.hanse.seed.offending import none
from tests.hanse.seed.sizes import SMALL, THE_DAY

pytestmark = pytest.mark.usefixtures("seeded")

NO_ROWS_IN = ("cart", "event", "inbox_entry", "receipt", "idempotency_key", "session")


async def test_a_seeded_shop_says_so() -> None:
    assert await is_seeded()


async def test_there_are_as_many_rows_as_asked_for() -> None:
    counts = await row(
        """SELECT (SELECT count(*) FROM product) AS products, (SELECT count(*) FROM orders) AS orders,
                  (SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM role_grant)) AS customers,
                  (SELECT count(*) FROM warehouse) AS warehouses, (SELECT count(*) FROM supplier) AS suppliers,
                  (SELECT count(*) FROM category WHERE parent_id IS NULL) AS departments"""
    )

    assert counts is not None
    assert dict(counts) == {
        "products": SMALL.products,
        "orders": SMALL.orders,
        "customers": SMALL.customers,
        "warehouses": 3,
        "suppliers": 20,
        "departments": 10,
    }


async def test_an_order_costs_the_sum_of_its_lines_and_none_is_empty() -> None:
    assert await none(
        """SELECT o.id FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
           GROUP BY o.id HAVING o.total_minor IS DISTINCT FROM sum(l.total_minor) OR min(l.position) <> 1
             OR max(l.position) <> count(*) OR count(DISTINCT l.product_id) <> count(*)"""
    )


async def test_a_line_carries_sku_supplier_price_and_name_in_the_buyers_language() -> None:
    assert await none(
        """SELECT l.id FROM order_line l JOIN orders o ON o.id = l.order_id JOIN users u ON u.id = o.buyer_id
           JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id
           JOIN price r ON r.variant_id = v.id AND r.currency = o.currency
           JOIN catalog_text t ON t.owner_id = p.id AND t.field = 'name' AND t.language = u.language
           WHERE (l.sku, l.product_id, l.supplier_id, l.unit_minor, l.name)
                 <> (v.sku, p.id, p.supplier_id, r.minor, t.value)
              OR l.total_minor > l.unit_minor * l.quantity OR l.quantity < 1"""
    )
    assert await value(
        "SELECT count(*) > 0 FROM orders o JOIN users u ON u.id = o.buyer_id WHERE u.language = 'zh-Hans'"
    )


async def test_stock_is_the_sum_of_its_movements() -> None:
    assert await none(
        """SELECT s.id FROM stock_level s LEFT JOIN stock_movement m ON m.level_id = s.id
           GROUP BY s.id HAVING s.on_hand <> coalesce(sum(m.on_hand_delta), 0)
             OR s.reserved <> coalesce(sum(m.reserved_delta), 0)"""
    )


async def test_stock_was_never_below_what_was_reserved() -> None:
    assert await none(
        """SELECT 1 FROM (
             SELECT sum(on_hand_delta) OVER past AS on_hand, sum(reserved_delta) OVER past AS reserved
             FROM stock_movement
             WINDOW past AS (PARTITION BY level_id ORDER BY at, on_hand_delta DESC ROWS UNBOUNDED PRECEDING)) AS at_any_time
           WHERE reserved < 0 OR on_hand < reserved"""
    )


async def test_what_is_reserved_is_held_for_open_orders_in_full() -> None:
    assert await none(
        """SELECT s.id FROM stock_level s
           LEFT JOIN reservation r ON r.level_id = s.id AND r.state = 'held'
           GROUP BY s.id HAVING s.reserved <> coalesce(sum(r.quantity), 0)"""
    )
    assert await none(
        """SELECT o.id FROM orders o WHERE o.state IN ('pending', 'paid') AND
             (SELECT sum(quantity) FROM order_line WHERE order_id = o.id)
             IS DISTINCT FROM (SELECT sum(quantity) FROM reservation WHERE owner_id = o.id AND state = 'held')"""
    )
    assert await none(
        """SELECT r.id FROM reservation r JOIN orders o ON o.id = r.owner_id
           WHERE r.state <> CASE WHEN o.state IN ('pending', 'paid') THEN 'held'
                                 WHEN o.state IN ('shipped', 'delivered') THEN 'shipped' ELSE 'released' END"""
    )


async def test_some_variants_are_sold_out_and_most_are_not() -> None:
    sold_out = await value(
        """SELECT avg((available = 0)::int) FROM (
             SELECT sum(on_hand - reserved) AS available FROM stock_level GROUP BY variant_id) AS v"""
    )

    assert 0 < sold_out < 0.15


async def test_paid_amounts_are_those_of_the_orders_and_states_agree() -> None:
    assert await none(
        """SELECT o.id FROM orders o LEFT JOIN payment p ON p.order_id = o.id
           WHERE o.state <> 'pending' AND (p.amount_minor, p.currency) IS DISTINCT FROM (o.total_minor, o.currency)
              OR o.state = 'pending' AND p.id IS NOT NULL
              OR o.state IN ('paid', 'shipped', 'delivered') AND p.state <> 'captured'
              OR o.state IN ('refunded', 'returned') AND p.state <> 'refunded'
              OR o.state = 'cancelled' AND p.state NOT IN ('voided', 'declined')"""
    )


async def test_every_payment_has_the_calls_that_its_state_needs() -> None:
    assert await none(
        """SELECT p.id FROM payment p JOIN orders o ON o.id = p.order_id JOIN payment_transaction t ON t.payment_id = p.id
           GROUP BY p.id, o.id
           HAVING array_agg(t.kind || ' ' || t.state ORDER BY t.requested_at, t.id) <> CASE
             WHEN p.state = 'declined' THEN ARRAY['authorise failed']
             WHEN p.state = 'voided' THEN ARRAY['authorise succeeded', 'void succeeded']
             WHEN p.state = 'refunded' OR EXISTS (
                    SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.returned > 0 AND o.state = 'delivered')
               THEN ARRAY['authorise succeeded', 'capture succeeded', 'refund succeeded']
             ELSE ARRAY['authorise succeeded', 'capture succeeded'] END
           OR min(t.requested_at) < o.placed_at
           OR bool_or(t.kind <> 'refund' AND t.amount_minor <> o.total_minor)"""
    )


async def test_what_was_refunded_is_the_price_of_what_came_back() -> None:
    assert await none(
        """SELECT t.id FROM payment_transaction t JOIN payment p ON p.id = t.payment_id JOIN orders o ON o.id = p.order_id
           JOIN order_line l ON l.order_id = o.id WHERE t.kind = 'refund' AND o.state IN ('delivered', 'returned')
           GROUP BY t.id HAVING t.amount_minor <> sum(round(l.total_minor::numeric * l.returned / l.quantity))"""
    )


async def test_an_order_has_a_parcel_when_it_was_shipped() -> None:
    assert await none(
        """SELECT o.id FROM orders o LEFT JOIN shipment s ON s.order_id = o.id
           WHERE (s.id IS NOT NULL) <> (o.state IN ('shipped', 'delivered', 'returned'))
              OR (s.delivered_at IS NOT NULL) <> (o.state = 'delivered')
              OR s.shipped_at <= o.placed_at OR s.delivered_at <= s.shipped_at"""
    )


async def test_an_orders_version_counts_the_transitions_to_its_state() -> None:
    steps = {OrderState.PENDING: 1}
    for (before, _), transition in TRANSITIONS.items():
        steps[transition.to] = steps[before] + 1

    found = await rows("SELECT DISTINCT state, version FROM orders")

    assert {(one["state"], one["version"]) for one in found} == set(steps.items())


async def test_order_numbers_rise_with_time_and_the_next_one_is_free() -> None:
    assert await none(
        """SELECT 1 FROM (SELECT number, lag(number) OVER (ORDER BY placed_at, number) AS before FROM orders) AS o
           WHERE number <= before"""
    )
    highest, following = await value("SELECT max(number) FROM orders"), await value("SELECT nextval('order_number')")
    assert following > highest


async def test_history_ends_yesterday_and_all_of_it_is_marked_as_demo() -> None:
    latest = await value("SELECT max(placed_at) FROM orders")

    assert latest.date() == THE_DAY.date() - timedelta(days=1)
    assert await none("SELECT 1 FROM orders WHERE source <> 'demo'")


async def test_history_leaves_no_events_and_nothing_to_consume() -> None:
    for table in NO_ROWS_IN:
        assert await none(f"SELECT 1 FROM {table}"), table
    assert await none("SELECT 1 FROM audit_entry WHERE subject_type IN ('order', 'user')")


async def test_pending_orders_wait_for_a_risk_decision_that_the_rules_would_ask_for() -> None:
    found = await rows(
        """SELECT o.total_minor, r.decision, r.reasons, r.inputs, r.decided_by FROM orders o
           LEFT JOIN risk_decision r ON r.order_id = o.id WHERE o.state = 'pending'"""
    )

    assert found
    for one in found:
        inputs = orjson.loads(one["inputs"])
        assert (one["decision"], orjson.loads(one["reasons"]), one["decided_by"]) == ("review", ["AMOUNT_HIGH"], None)
        assert inputs["amount_minor"] == one["total_minor"] >= inputs["review_minor"]


async def test_addresses_name_the_buyer_and_the_orders_country() -> None:
    found = await rows("SELECT id, buyer_id, country FROM orders")
    addresses = await addresses_of([one["id"] for one in found])
    buyers = await get_many([one["buyer_id"] for one in found])

    for one in found:
        buyer, address = buyers[one["buyer_id"]], addresses[one["id"]]
        assert (address["name"], address["country"]) == (buyer.name, one["country"])
        assert buyer.country == one["country"]
        assert all(address[part] for part in ("line1", "city", "postcode"))


async def test_mail_to_demo_people_reaches_nobody() -> None:
    people = await get_many([one["id"] for one in await rows("SELECT id FROM users")])

    assert all(re.fullmatch(r"[a-z0-9_.]+@example\.(com|net|org)", one.email or "") for one in people.values())


async def test_nothing_personal_lies_open() -> None:
    named = ("Demo administrator", "administrator@example.com")

    for table in ("users", "orders", "person_key"):
        assert await none(f"SELECT 1 FROM {table} WHERE {table}::text ~* '{named[0]}|@example'")


async def test_only_the_sample_people_can_log_in_and_only_with_their_own_passwords(seeded: Path) -> None:
    logins = orjson.loads((seeded / "demo-logins.json").read_bytes())
    stored = {
        one["id"]: one["password_hash"]
        for one in await rows("SELECT id, password_hash FROM users WHERE password_hash IS NOT NULL")
    }
    people = {one.email: one for one in (await get_many(list(stored))).values()}

    assert {one["role"] for one in logins} == set(ROLES)
    assert {one["email"]: one["role"] for one in logins} == {
        email: one.grants[0].role if one.grants else "customer" for email, one in people.items()
    }
    assert len({one["password"] for one in logins}) == len(logins)
    assert PasswordHasher().verify(stored[people[logins[0]["email"]].id], logins[0]["password"])
    assert S_IMODE((seeded / "demo-logins.json").stat().st_mode) == 0o600


async def test_the_sample_customer_and_analyst_have_ordered_before() -> None:
    for email in ("customer@example.com", "analyst@example.com"):
        person = await user_by_email(email)
        assert person is not None
        assert await value("SELECT count(*) FROM orders WHERE buyer_id = $1", person.id) == 15


async def test_the_sample_supplier_supplies_something() -> None:
    person = await user_by_email("supplier@example.com")

    assert person is not None
    (grant,) = person.grants
    assert await value("SELECT count(*) > 0 FROM product WHERE supplier_id = $1", grant.supplier_id)

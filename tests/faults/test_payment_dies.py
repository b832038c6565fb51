"""Workers that are killed in the middle of payments: at the provider the money has moved, and nobody here knows yet."""

import pytest

from domain.shared.database import rows, value
from tests.backstage import Backstage, until
from tests.factories.payments import bought, transactions_of

ORDERS = 3


async def test_two_kills_in_the_middle_of_payments_end_with_one_capture_and_one_receipt_each(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANSE_SANDBOX_DELAY_SECONDS", "2")  # it acts at once and answers two seconds later
    orders = [await bought() for _ in range(ORDERS)]
    backstage.start("workers.relay")

    for kind in ("authorise", "capture"):
        worker = backstage.start("workers.run", "--queue", "default")
        await until(lambda: _operations(kind), 40)  # noqa: B023 # awaited before the next turn
        worker.kill()
        worker.wait()
        assert await _unanswered(kind) == ORDERS
    backstage.start("workers.run", "--queue", "default")
    await until(lambda: value("SELECT 1 FROM receipt HAVING count(*) = $1", ORDERS), 40)

    captured = await rows("SELECT key FROM sandbox_operation WHERE kind = 'capture' AND succeeded")
    assert len(captured) == ORDERS
    assert await value("SELECT array_agg(DISTINCT state || version) FROM orders") == ["paid2"]
    assert await value("SELECT count(*) FROM event WHERE kind = 'order.paid'") == ORDERS
    for order in orders:
        assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "succeeded")]


async def _operations(kind: str) -> bool:
    return bool(await value("SELECT 1 FROM sandbox_operation WHERE kind = $1 HAVING count(*) = $2", kind, ORDERS))


async def _unanswered(kind: str) -> int:
    found: int = await value("SELECT count(*) FROM payment_transaction WHERE kind = $1 AND state = 'requested'", kind)
    return found

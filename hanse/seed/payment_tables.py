"""The rows of payments, of the provider's own memory of those that may still go back, and of risk decisions to make."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import orjson

from domain.payments.risk import Decision, Reason, RiskInputs
from hanse.seed.arrays import HOUR, SECOND, Bools, Ints, moments, pick
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import CANCELLED, NEVER, PAID, PENDING, REFUNDED, RETURNED, SHIPPED
from hanse.seed.tables import Table, row_ids

_PROVIDER = "sandbox"


@dataclass(frozen=True)
class _Calls:
    """Calls of one kind to the provider, by order."""

    kind: str
    order: Ints
    amount: Ints
    asked: Ints
    answered: Ints
    failed: Bools


def payment_tables(demo: Demo, *, review_minor: int, orders_per_hour: int) -> Iterator[Table]:
    """The last two are the thresholds of the risk rules."""
    yield _payments(demo)
    calls = _calls(demo)
    yield _transactions(demo, calls)
    yield _sandbox_operations(demo, calls)
    yield _reviews(demo, review_minor, orders_per_hour)


def _payments(demo: Demo) -> Table:
    history, lives = demo.history, demo.history.lives
    made = np.flatnonzero(lives.state != PENDING)
    people = demo.shop.customers.people
    return Table(
        "payment",
        ("id", "order_id", "provider", "state", "currency", "amount_minor", "created_at", "updated_at"),
        list(
            zip(
                pick(demo.keys.payments, made),
                pick(demo.keys.orders, made),
                [_PROVIDER] * len(made),
                _states(demo)[made].tolist(),
                [people[row].currency for row in history.customer[made].tolist()],
                history.total[made].tolist(),
                moments(lives.placed[made] + SECOND),
                moments(np.max([lives.paid, lives.ended, lives.placed + SECOND], axis=0)[made]),
                strict=True,
            )
        ),
    )


def _states(demo: Demo) -> np.ndarray:
    lives = demo.history.lives
    returned = np.isin(lives.state, (REFUNDED, RETURNED))
    return np.select(
        [lives.declined, lives.state == CANCELLED, returned], ["declined", "voided", "refunded"], default="captured"
    )


def _calls(demo: Demo) -> list[_Calls]:
    """Authorised at once; what came back of an order that was kept otherwise is refunded in part."""
    history, lives = demo.history, demo.history.lives
    in_part = np.bincount(history.lines.order, weights=history.given_back, minlength=len(lives.state)).astype(np.int64)
    authorised = np.where(lives.declined, lives.ended, lives.placed + 2 * SECOND)
    whole = np.isin(lives.state, (REFUNDED, RETURNED))
    gone_back = np.where(whole, lives.ended, history.back_at)
    voided = (lives.state == CANCELLED) & ~lives.declined
    return [
        _made("authorise", lives.state != PENDING, authorised, history.total, lives.declined),
        _made("capture", lives.paid != NEVER, lives.paid, history.total),
        _made("void", voided, lives.ended + SECOND, history.total),
        _made("refund", gone_back != NEVER, gone_back + SECOND, np.where(whole, history.total, in_part)),
    ]


def _made(kind: str, happened: Bools, answered: Ints, amount: Ints, failed: Bools | None = None) -> _Calls:
    order = np.flatnonzero(happened)
    never = np.zeros(len(happened), dtype=bool)
    return _Calls(
        kind=kind,
        order=order,
        amount=amount[order],
        asked=answered[order] - SECOND,
        answered=answered[order],
        failed=(never if failed is None else failed)[order],
    )


def _transactions(demo: Demo, calls: list[_Calls]) -> Table:
    records: list[tuple[object, ...]] = []
    for made in calls:
        failed = made.failed.tolist()
        records += zip(
            row_ids(demo.scale, f"payment_transaction {made.kind}", made.asked),
            pick(demo.keys.payments, made.order),
            [made.kind] * len(failed),
            ["failed" if one else "succeeded" for one in failed],
            made.amount.tolist(),
            _references(demo, made),
            ["DECLINED" if one else None for one in failed],
            moments(made.asked),
            moments(made.answered),
            strict=True,
        )
    return Table(
        "payment_transaction",
        (
            *("id", "payment_id", "kind", "state", "amount_minor"),
            *("provider_reference", "reason", "requested_at", "answered_at"),
        ),
        records,
    )


def _references(demo: Demo, made: _Calls) -> list[str]:
    """As the sandbox builds them: each on that of the operation before."""
    suffix = {"authorise": "", "capture": ".capture", "void": ".void", "refund": ".capture.refund"}[made.kind]
    return [f"sbx_{payment.hex}{suffix}" for payment in pick(demo.keys.payments, made.order)]


def _sandbox_operations(demo: Demo, calls: list[_Calls]) -> Table:
    """For orders that can still be refunded or returned through the provider; the others are past."""
    history = demo.history
    records: list[tuple[object, ...]] = []
    for made in calls[:2]:
        open_order = np.isin(history.lives.state[made.order], (PAID, SHIPPED))
        rows = zip(made.order.tolist(), _references(demo, made), moments(made.answered), open_order, strict=True)
        records += [
            (
                f"{demo.keys.payments[order]}:{made.kind}",
                made.kind,
                reference,
                True,
                int(history.total[order]),
                demo.shop.customers.people[history.customer[order]].currency,
                at,
            )
            for order, reference, at, is_open in rows
            if is_open
        ]
    columns = ("key", "kind", "reference", "succeeded", "amount_minor", "currency", "at")
    return Table("sandbox_operation", columns, records)


def _reviews(demo: Demo, review_minor: int, orders_per_hour: int) -> Table:
    lives = demo.history.lives
    waiting = np.flatnonzero(lives.state == PENDING)
    ids = row_ids(demo.scale, "risk_decision", lives.placed[waiting])
    decided = moments(lives.placed[waiting] + 2 * SECOND)
    records: list[tuple[object, ...]] = []
    for row, order, at in zip(ids, waiting.tolist(), decided, strict=True):
        inputs = RiskInputs(
            amount_minor=int(demo.history.total[order]),
            currency=demo.shop.customers.people[demo.history.customer[order]].currency,
            orders_last_hour=_orders_last_hour(demo, order),
            review_minor=review_minor,
            orders_per_hour=orders_per_hour,
        )
        reasons = orjson.dumps([Reason.AMOUNT_HIGH]).decode()
        told = orjson.dumps(asdict(inputs)).decode()
        records.append((row, demo.keys.orders[order], Decision.REVIEW.value, reasons, told, at))
    return Table("risk_decision", ("id", "order_id", "decision", "reasons", "inputs", "decided_at"), records)


def _orders_last_hour(demo: Demo, order: int) -> int:
    placed, customer = demo.history.lives.placed, demo.history.customer
    recent = (placed <= placed[order]) & (placed > placed[order] - HOUR) & (customer == customer[order])
    return int(recent.sum())

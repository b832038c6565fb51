"""What to do next about an order's payment: one table for every consumer, every redelivery and every race."""

from collections.abc import Mapping
from enum import StrEnum

from domain.orders.states import OrderState
from domain.payments.risk import Decision


class Kind(StrEnum):
    """A call to the provider. Each is made at most once for a payment, under a key of its own."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class Progress(StrEnum):
    """How far a call is. Requested: written down before calling, and whether the provider acted is not known."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class PaymentState(StrEnum):
    """Where the money is. A payment is created before the first call has an answer."""

    CREATED = "created"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    DECLINED = "declined"
    VOIDED = "voided"
    REFUNDED = "refunded"


class Outcome(StrEnum):
    """What ends the work on an event: the order is paid or cancelled, or there is nothing (more) to do."""

    PAY = "pay"
    CANCEL = "cancel"
    REST = "rest"


_MONEY_GOES_BACK = {OrderState.CANCELLED, OrderState.REFUNDED, OrderState.RETURNED}


def next_move(state: OrderState, decision: Decision | None, calls: Mapping[Kind, Progress]) -> Kind | Outcome:
    """The call to make (again, when it is already requested), or the outcome.

    A call without an answer is always asked again first, whatever became of the order: only then is it known what
    there is to give back. `decision` matters while the order is pending.
    """
    for kind, progress in calls.items():
        if progress is Progress.REQUESTED:
            return kind
    if state is OrderState.PENDING:
        return _towards_paid(decision, calls)
    if state in _MONEY_GOES_BACK:
        return _towards_nothing_held(calls)
    return Outcome.REST


def _towards_paid(decision: Decision | None, calls: Mapping[Kind, Progress]) -> Kind | Outcome:
    if decision is Decision.REJECT or Progress.FAILED in calls.values():
        return Outcome.CANCEL
    if decision is not Decision.ACCEPT:
        return Outcome.REST
    if Kind.AUTHORISE not in calls:
        return Kind.AUTHORISE
    return Outcome.PAY if Kind.CAPTURE in calls else Kind.CAPTURE


def _towards_nothing_held(calls: Mapping[Kind, Progress]) -> Kind | Outcome:
    if calls.get(Kind.CAPTURE) is Progress.SUCCEEDED:
        return Outcome.REST if Kind.REFUND in calls else Kind.REFUND
    if calls.get(Kind.AUTHORISE) is Progress.SUCCEEDED:
        return Outcome.REST if Kind.VOID in calls else Kind.VOID
    return Outcome.REST

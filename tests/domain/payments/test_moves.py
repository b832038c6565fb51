from itertools import product

import pytest

from domain.orders.states import OrderState
from domain.payments.moves import Kind, Outcome, Progress, next_move
from domain.payments.risk import Decision

REQUESTED, SUCCEEDED, FAILED = Progress.REQUESTED, Progress.SUCCEEDED, Progress.FAILED
AUTHORISE, CAPTURE, VOID, REFUND = Kind.AUTHORISE, Kind.CAPTURE, Kind.VOID, Kind.REFUND
AUTHORISED = {AUTHORISE: SUCCEEDED}
CAPTURED = {AUTHORISE: SUCCEEDED, CAPTURE: SUCCEEDED}


@pytest.mark.parametrize(
    ("decision", "calls", "move"),
    [
        (Decision.ACCEPT, {}, AUTHORISE),
        (Decision.REVIEW, {}, Outcome.REST),
        (Decision.REJECT, {}, Outcome.CANCEL),
        (Decision.ACCEPT, {AUTHORISE: REQUESTED}, AUTHORISE),
        (Decision.ACCEPT, {AUTHORISE: FAILED}, Outcome.CANCEL),
        (Decision.ACCEPT, AUTHORISED, CAPTURE),
        (Decision.ACCEPT, AUTHORISED | {CAPTURE: REQUESTED}, CAPTURE),
        (Decision.ACCEPT, AUTHORISED | {CAPTURE: FAILED}, Outcome.CANCEL),
        (Decision.ACCEPT, CAPTURED, Outcome.PAY),
    ],
)
def test_a_pending_order_goes_towards_its_capture(
    decision: Decision, calls: dict[Kind, Progress], move: Kind | Outcome
) -> None:
    assert next_move(OrderState.PENDING, decision, calls) is move


@pytest.mark.parametrize(
    ("calls", "move"),
    [
        ({}, Outcome.REST),
        ({AUTHORISE: REQUESTED}, AUTHORISE),
        ({AUTHORISE: FAILED}, Outcome.REST),
        (AUTHORISED, VOID),
        (AUTHORISED | {VOID: REQUESTED}, VOID),
        (AUTHORISED | {VOID: SUCCEEDED}, Outcome.REST),
        (AUTHORISED | {CAPTURE: REQUESTED}, CAPTURE),
        (AUTHORISED | {CAPTURE: FAILED}, VOID),
        (CAPTURED, REFUND),
        (CAPTURED | {REFUND: REQUESTED}, REFUND),
        (CAPTURED | {REFUND: SUCCEEDED}, Outcome.REST),
    ],
)
@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.REFUNDED, OrderState.RETURNED])
def test_an_order_given_up_goes_towards_nothing_held(
    state: OrderState, calls: dict[Kind, Progress], move: Kind | Outcome
) -> None:
    assert next_move(state, None, calls) is move


@pytest.mark.parametrize("state", [OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED])
def test_an_order_that_keeps_its_money_rests(state: OrderState) -> None:
    assert next_move(state, None, CAPTURED) is Outcome.REST


@pytest.mark.parametrize("lost_answers", [0, 1, 2])
@pytest.mark.parametrize("given_up_after", range(8))
@pytest.mark.parametrize("succeeds", [*product([True, False], repeat=2)])
def test_following_the_table_ends_and_holds_money_only_for_an_order_that_keeps_it(
    succeeds: tuple[bool, bool], given_up_after: int, lost_answers: int
) -> None:
    state, calls, held = OrderState.PENDING, dict[Kind, Progress](), 0
    answers = {AUTHORISE: succeeds[0], CAPTURE: succeeds[1], VOID: True, REFUND: True}

    for step in range(20):
        if step == given_up_after and state is OrderState.PENDING:
            state = OrderState.CANCELLED
        move = next_move(state, Decision.ACCEPT, calls)
        if move is Outcome.REST:
            break
        if isinstance(move, Outcome):
            state = OrderState.PAID if move is Outcome.PAY else OrderState.CANCELLED
        elif step < lost_answers:
            calls[move] = REQUESTED
        else:
            calls[move] = SUCCEEDED if answers[move] else FAILED
            held += {CAPTURE: 1, REFUND: -1}.get(move, 0) if answers[move] else 0

    assert move is Outcome.REST
    assert held == (1 if state is OrderState.PAID else 0)
    open_authorisation = calls.get(AUTHORISE) is SUCCEEDED and VOID not in calls and calls.get(CAPTURE) is not SUCCEEDED
    assert not open_authorisation

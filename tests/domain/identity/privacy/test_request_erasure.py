import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.errors import HoldsMoreRights, LastAdministrator, RecentLogInNeeded, WrongCredentials
from domain.identity.privacy.erase import erase_person
from domain.identity.privacy.privacy_requests import privacy_request
from domain.identity.privacy.request_erasure import RequestErasure, request_erasure
from domain.identity.sessions.tokens import viewer_from_token
from domain.orders.errors import OrdersUnderWay
from domain.orders.states import OrderEvent
from domain.orders.under_way import require_none_under_way
from domain.shared.clock import clock_at, now
from domain.shared.database import run, value
from domain.shared.errors import IdempotencyKeyReused, NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.goods import some_goods
from tests.factories.identity import PASSWORD, signed_in
from tests.factories.inbox import given_up, is_due
from tests.factories.orders import an_order
from tests.factories.payments import event_of
from workers.privacy import ERASURE

BUYING = [require_none_under_way]


async def somebody(role: str = "customer") -> Viewer:
    """On a device that signed in just now."""
    return await viewer_from_token((await signed_in(role=role)).access_token)


async def test_soon_after_the_log_in_nothing_else_is_asked_for() -> None:
    person = await somebody()

    request_id = await request_erasure(person, RequestErasure(), BUYING)

    request = await privacy_request(person, request_id)
    assert request is not None
    assert (request.kind, request.state, request.person_id) == ("erasure", "requested", person.user_id)
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1", request_id) == 1
    assert await value(
        "SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial DESC LIMIT 1", person.user_id
    ) == ("requestErasure")


async def test_later_it_takes_the_password() -> None:
    person = await somebody()

    with clock_at(now() + timedelta(hours=1)):
        with pytest.raises(RecentLogInNeeded):
            await request_erasure(person, RequestErasure(), BUYING)
        with pytest.raises(WrongCredentials):
            await request_erasure(person, RequestErasure(password="not the password"), BUYING)
        assert await request_erasure(person, RequestErasure(password=PASSWORD), BUYING)


async def test_the_password_is_kept_nowhere() -> None:
    person = await somebody()

    await request_erasure(person, RequestErasure(password=PASSWORD, key="k"), BUYING)
    again = await request_erasure(person, RequestErasure(password="another one", key="k"), BUYING)

    assert again is not None


async def test_guests_have_their_session_and_nothing_else() -> None:
    tokens = await start_guest_session(StartGuestSession("en", "EUR"))
    guest = await viewer_from_token(tokens.access_token)

    with clock_at(now() + timedelta(hours=1)):
        assert await request_erasure(guest, RequestErasure(), BUYING)


@pytest.mark.parametrize(
    ("events", "is_under_way"),
    [
        ((), True),
        ((OrderEvent.PAY,), True),
        ((OrderEvent.CANCEL,), False),
        ((OrderEvent.PAY, OrderEvent.SHIP), False),
        ((OrderEvent.PAY, OrderEvent.REFUND), False),
        ((OrderEvent.PAY, OrderEvent.SHIP, OrderEvent.DELIVER), False),
    ],
)
async def test_while_an_order_is_pending_or_paid_it_is_refused_with_its_number(
    events: tuple[OrderEvent, ...], is_under_way: bool
) -> None:
    person = await somebody()
    order_id = await an_order(person, await some_goods(), events=events)
    number = await value("SELECT number FROM orders WHERE id = $1", order_id)

    if not is_under_way:
        assert await request_erasure(person, RequestErasure(), BUYING)
        return
    with pytest.raises(OrdersUnderWay) as refused:
        await request_erasure(person, RequestErasure(), BUYING)
    assert refused.value.orders == (f"H{number}",)
    assert await value("SELECT count(*) FROM privacy_request WHERE user_id = $1", person.user_id) == 0


async def test_one_that_was_given_up_is_tried_again_when_it_is_asked_for_again() -> None:
    person = await somebody()
    request_id = await request_erasure(person, RequestErasure(), BUYING)
    event_id = await event_of(request_id, "privacy.erasure_requested")
    await given_up(event_id, "erase_person")

    again = await request_erasure(person, RequestErasure(), BUYING)

    assert again == request_id
    assert await is_due(event_id, "erase_person")
    assert await erase_person(event_id, request_id, ERASURE) is not None


async def test_one_that_still_is_tried_is_left_alone() -> None:
    person = await somebody()
    request_id = await request_erasure(person, RequestErasure(), BUYING)
    event_id = await event_of(request_id, "privacy.erasure_requested")
    await given_up(event_id, "erase_person")
    await run("UPDATE inbox_entry SET dead_at = NULL, attempts = 3 WHERE event_id = $1", event_id)

    await request_erasure(person, RequestErasure(), BUYING)

    assert not await is_due(event_id, "erase_person")


async def test_asked_twice_at_once_there_is_one_request() -> None:
    person = await somebody()

    answers = await asyncio.gather(*(request_erasure(person, RequestErasure(), BUYING) for _ in range(4)))

    assert len(set(answers)) == 1


async def test_for_others_it_takes_the_permission_and_no_fewer_rights() -> None:
    person, support, administrator = await somebody(), await somebody("support"), await somebody("administrator")

    with pytest.raises(NotSignedIn):
        await request_erasure(ANONYMOUS, RequestErasure(), BUYING)
    with pytest.raises(NotAllowed):
        await request_erasure(support, RequestErasure(person.user_id), BUYING)
    with pytest.raises(NotFound):
        await request_erasure(administrator, RequestErasure(new_id()), BUYING)
    few = replace(support, permissions=frozenset({"privacy.write"}))
    with pytest.raises(HoldsMoreRights):
        await request_erasure(few, RequestErasure(administrator.user_id), BUYING)
    request = await privacy_request(
        administrator, await request_erasure(administrator, RequestErasure(person.user_id), BUYING)
    )
    assert request is not None
    assert (request.person_id, request.requested_by) == (person.user_id, administrator.user_id)


async def test_the_last_administrator_is_not_erased() -> None:
    await run("DELETE FROM role_grant USING role WHERE role.id = role_id AND role.name = 'administrator'")
    administrator = await somebody("administrator")

    with pytest.raises(LastAdministrator):
        await request_erasure(administrator, RequestErasure(), BUYING)


async def test_a_key_that_comes_with_another_person_is_refused() -> None:
    administrator, person = await somebody("administrator"), await somebody()
    await somebody("administrator")
    await request_erasure(administrator, RequestErasure(person.user_id, key="k"), BUYING)

    with pytest.raises(IdempotencyKeyReused):
        await request_erasure(administrator, RequestErasure(key="k"), BUYING)


async def test_a_request_of_somebody_else_is_seen_by_nobody_without_the_permission() -> None:
    person = await somebody()
    request_id = await request_erasure(person, RequestErasure(), BUYING)

    assert await privacy_request(await somebody("support"), request_id) is None
    assert await privacy_request(await somebody("administrator"), request_id) is not None

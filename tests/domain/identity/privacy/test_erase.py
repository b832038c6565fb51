"""What is left of somebody who was erased. The contexts' own functions are those that the worker passes in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.identity.email_lookup import email_hash
from domain.identity.errors import SessionEnded, WrongCredentials
from domain.identity.personal import person_key
from domain.identity.privacy.consent import left_out_of_learning
from domain.identity.privacy.erase import erase_again, erase_person, log_erasure
from domain.identity.privacy.export import export_personal_data, forget_files, personal_data_file
from domain.identity.privacy.personal_data import personal_data
from domain.identity.privacy.privacy_requests import privacy_requests_of
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.queries import user
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.refresh import refresh_session
from domain.orders.delivery_addresses import addresses_of
from domain.orders.place import place_order
from domain.orders.queries import orders
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import DomainError, NotFound
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM, Viewer
from tests.database_text import rows_about, tables_with
from tests.factories.audit import chained, signed, verified
from tests.factories.goods import some_goods
from tests.factories.identity import PASSWORD, a_user
from tests.factories.open_sessions import session_is_open
from tests.factories.orders import a_cart, an_order, to_place
from tests.factories.payments import event_of
from tests.factories.people import a_person, grant
from tests.factories.privacy import DELIVERED, Known, asked_to_erase, somebody_known
from workers.privacy import ERASURE

KEPT = {"users", "person_key", "orders", "cart", "consent", "privacy_request", "audit_entry", "event", "cutoff"}
"""Where the id of somebody erased may still stand; what stands beside it is checked below."""

BOOKS = """SELECT (SELECT sum(total_minor) FROM orders), (SELECT count(*) FROM orders),
                  (SELECT sum(total_minor) FROM order_line), (SELECT sum(amount_minor) FROM payment),
                  (SELECT count(*) FROM receipt), (SELECT sum(on_hand_delta) FROM stock_movement)"""


async def erased(person_id: UUID) -> None:
    request_id, event_id = await asked_to_erase(person_id)
    await erase_person(event_id, request_id, ERASURE)


async def test_rows_that_are_the_persons_alone_go_and_the_others_name_nobody() -> None:
    known = await somebody_known()
    before = await rows_about(known.id)

    await erased(known.id)

    after = await rows_about(known.id)
    assert len(before) > 15
    assert set(after) <= KEPT
    assert await value("SELECT array_agg(state) FROM cart WHERE buyer_id = $1", known.id) == ["ordered"]


async def test_the_persons_row_says_only_that_there_was_somebody() -> None:
    known = await somebody_known()

    await erased(known.id)

    left = await row("SELECT * FROM users WHERE id = $1", known.id)
    assert left is not None
    assert {name for name, stored in left.items() if stored is not None} == {
        "id", "language", "currency", "is_guest", "version", "created_at", "erased_at",
    }  # fmt: skip
    facts = await user(known.id)
    assert facts is not None
    assert (facts.email, facts.name, facts.grants, facts.is_erased) == (None, None, (), True)


async def test_the_key_is_gone_and_with_it_every_address() -> None:
    known = await somebody_known()
    assert await addresses_of([known.order_id]) != {}

    await erased(known.id)

    assert await person_key(known.id) is None
    assert await addresses_of([known.order_id]) == {}
    assert await personal_data(known.id) == {}
    stored = await row("SELECT sealed, destroyed_at IS NOT NULL FROM person_key WHERE person_id = $1", known.id)
    assert tuple(stored or ()) == (None, True)


async def test_neither_the_address_nor_its_hash_stands_anywhere() -> None:
    known = await somebody_known()
    found_by = await email_hash(known.email)
    assert await tables_with(found_by) == {"users", "registration", "mail_link"}

    await erased(known.id)

    assert await tables_with(found_by) == set()
    assert await tables_with(known.email) == set()


async def test_the_books_stay_and_add_up_as_before() -> None:
    known = await somebody_known()
    before = await row(BOOKS)

    await erased(known.id)

    assert await row(BOOKS) == before
    order = (await orders(PLATFORM, [known.order_id]))[known.order_id]
    assert order.buyer_id == known.id


@pytest.mark.usefixtures("own_shop")
async def test_the_audit_chain_holds() -> None:
    known = await somebody_known()
    await chained()
    checkpoint = await signed()

    await erased(known.id)

    await chained()
    proved = await verified(noted=checkpoint.head)
    assert (proved.findings, proved.waiting) == ((), 0)
    assert proved.entries > checkpoint.head.position


async def test_log_in_refresh_and_subscriptions_end() -> None:
    known = await somebody_known()

    await erased(known.id)

    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=known.email, password=PASSWORD))
    with pytest.raises(SessionEnded):
        await refresh_session(known.tokens.refresh_token)
    assert not await session_is_open(known.tokens.session_id)
    assert await value("SELECT count(*) FROM cutoff WHERE subject_id = $1", known.id) == 1


async def test_the_same_address_may_come_again_as_somebody_else() -> None:
    known = await somebody_known()
    await erased(known.id)

    newcomer = await a_user(email=known.email)

    assert newcomer != known.id
    assert (await log_in(LogIn(email=known.email, password=PASSWORD))).user_id == newcomer


async def test_a_second_erasure_changes_nothing() -> None:
    known = await somebody_known()
    request_id, event_id = await asked_to_erase(known.id)
    await erase_person(event_id, request_id, ERASURE)
    before = await row("SELECT version, erased_at FROM users WHERE id = $1", known.id)

    await erase_person(event_id, request_id, ERASURE)

    assert await row("SELECT version, erased_at FROM users WHERE id = $1", known.id) == before
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'user.erased'", known.id) == 1


async def test_delivered_twice_at_once_it_is_done_once() -> None:
    known = await somebody_known()
    request_id, event_id = await asked_to_erase(known.id)

    await asyncio.gather(*(erase_person(event_id, request_id, ERASURE) for _ in range(4)))

    assert (
        await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'erasePerson'", known.id) == 1
    )


async def test_an_erasure_that_fails_half_way_leaves_the_person_whole_and_is_done_the_next_time() -> None:
    known = await somebody_known()
    request_id, event_id = await asked_to_erase(known.id)
    before = await rows_about(known.id)

    with pytest.raises(ConnectionError):
        await erase_person(event_id, request_id, replace(ERASURE, erasers=(*ERASURE.erasers, _lost)))
    between = await rows_about(known.id)
    opened = await personal_data(known.id)
    await erase_person(event_id, request_id, ERASURE)

    assert between == before
    assert opened["profile"]["email"] == known.email
    assert set(await rows_about(known.id)) <= KEPT


async def test_an_order_that_came_in_between_refuses_it_and_says_so() -> None:
    buyer = await a_person()
    assert buyer.user_id is not None
    request_id, event_id = await asked_to_erase(buyer.user_id)
    await an_order(buyer, await some_goods())

    await erase_person(event_id, request_id, ERASURE)

    [request] = (await privacy_requests_of([buyer.user_id]))[buyer.user_id]
    assert (request.state, request.reason) == ("refused", "ORDERS_UNDER_WAY")
    assert await person_key(buyer.user_id) is not None
    assert await event_of(request_id, "privacy.erasure_refused")


async def test_who_is_erased_is_told_to_the_caller_and_nobody_else_is() -> None:
    known, buyer = await somebody_known(), await a_person()
    assert buyer.user_id is not None
    request_id, event_id = await asked_to_erase(known.id)
    refused_id, refused_event = await asked_to_erase(buyer.user_id)
    await an_order(buyer, await some_goods())

    told = await erase_person(event_id, request_id, ERASURE)
    again = await erase_person(event_id, request_id, ERASURE)
    refused = await erase_person(refused_event, refused_id, ERASURE)

    assert told is not None
    assert (told.email, told.name) == (known.email, "Anna Kaufmann")
    assert (again, refused) == (None, None)


async def test_two_who_ask_for_the_same_have_it_done_once() -> None:
    known, staff = await somebody_known(), await a_person("administrator")
    request_id, event_id = await asked_to_erase(known.id)
    other_id, other_event = await asked_to_erase(known.id, by=staff)

    await erase_person(event_id, request_id, ERASURE)
    await erase_person(other_event, other_id, ERASURE)

    requests = {one.id: one for one in (await privacy_requests_of([known.id]))[known.id]}
    assert (requests[request_id].state, requests[other_id].state) == ("done", "done")
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'user.erased'", known.id) == 1


async def _inactive() -> UUID:
    """Nobody was here for years."""
    user_id = await a_user()
    await run("UPDATE users SET created_at = $2 WHERE id = $1", user_id, now() - timedelta(days=1000))
    return user_id


async def _logs_in(user_id: UUID) -> None:
    owner = await user(user_id)
    assert owner is not None
    assert owner.email is not None
    await log_in(LogIn(email=owner.email, password=PASSWORD))


async def _is_given_a_role(user_id: UUID) -> None:
    await grant(user_id, "support")


async def _bought(user_id: UUID) -> None:
    await an_order(Viewer(user_id=user_id), await some_goods(), events=DELIVERED)
    await run("DELETE FROM audit_entry WHERE actor_id = $1", user_id)


@pytest.mark.parametrize("comes_back", [_logs_in, _is_given_a_role, _bought])
async def test_who_was_inactive_and_came_back_is_not_erased_unless_they_want_it(
    comes_back: Callable[[UUID], Awaitable[None]],
) -> None:
    user_id = await _inactive()
    by_platform, event_id = await asked_to_erase(user_id, by=PLATFORM)
    await comes_back(user_id)

    await erase_person(event_id, by_platform, ERASURE)
    [refused] = (await privacy_requests_of([user_id]))[user_id]
    kept = await person_key(user_id)
    await erased(user_id)

    assert (refused.state, refused.reason) == ("refused", "ACTIVE_AGAIN")
    assert kept is not None
    assert await person_key(user_id) is None


async def test_who_stayed_inactive_is_erased() -> None:
    user_id = await _inactive()
    request_id, event_id = await asked_to_erase(user_id, by=PLATFORM)

    assert await erase_person(event_id, request_id, ERASURE) is not None

    assert await person_key(user_id) is None


async def test_after_a_restore_they_are_erased_again_once_also_who_was_here_lately() -> None:
    known = await somebody_known()

    first, second = await erase_again(known.id, ERASURE), await erase_again(known.id, ERASURE)

    assert (first, second) == (True, False)
    assert set(await rows_about(known.id)) <= KEPT
    [request] = [one for one in (await privacy_requests_of([known.id]))[known.id] if one.kind == "erasure"]
    assert (request.state, request.requested_by) == ("done", None)
    with pytest.raises(NotFound):
        await erase_again(new_id(), ERASURE)


async def test_a_worker_that_is_told_of_an_erasure_done_again_does_nothing() -> None:
    known = await somebody_known()
    await erase_again(known.id, ERASURE)
    [request] = [one for one in (await privacy_requests_of([known.id]))[known.id] if one.kind == "erasure"]

    told = await erase_person(await event_of(request.id, "privacy.erasure_requested"), request.id, ERASURE)

    assert told is None
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'user.erased'", known.id) == 1


async def test_an_erasure_is_logged_with_the_id_and_the_time_and_nothing_else() -> None:
    known = await somebody_known()
    await erased(known.id)

    with capture_logs() as lines:
        await log_erasure(await event_of(known.id, "user.erased"), known.id)

    erased_at = await value("SELECT erased_at FROM users WHERE id = $1", known.id)
    assert lines == [
        {
            "event": "person erased",
            "person_id": str(known.id),
            "erased_at": erased_at.isoformat(),
            "log_level": "info",
        }
    ]


async def test_an_order_placed_at_the_same_moment_is_found_or_refused() -> None:
    for _ in range(5):
        buyer = await a_person()
        assert buyer.user_id is not None
        command = await to_place(buyer, await a_cart(buyer, await some_goods()))
        request_id, event_id = await asked_to_erase(buyer.user_id)

        placed, _ = await asyncio.gather(
            place_order(buyer, command), erase_person(event_id, request_id, ERASURE), return_exceptions=True
        )

        is_erased = await value("SELECT erased_at IS NOT NULL FROM users WHERE id = $1", buyer.user_id)
        assert is_erased == isinstance(placed, DomainError), placed
        assert isinstance(placed, UUID | DomainError)


async def test_the_last_administrator_stays() -> None:
    await run("DELETE FROM role_grant USING role WHERE role.id = role_id AND role.name = 'administrator'")
    administrator = await a_user(role="administrator")

    await erased(administrator)

    [request] = (await privacy_requests_of([administrator]))[administrator]
    assert (request.state, request.reason) == ("refused", "LAST_ADMINISTRATOR")


async def test_copies_of_their_data_cannot_be_read_any_more_and_their_files_go(shop: Settings) -> None:
    known = await somebody_known()
    request_id = await request_personal_data(known.person, RequestPersonalData())
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, {})
    waiting = await request_personal_data(known.person, RequestPersonalData())

    await erased(known.id)
    at_once = await personal_data_file(known.person, request_id)
    await forget_files(await event_of(known.id, "user.erased"))

    assert at_once is None
    assert not [file for file in (shop.files_dir / f"personal-data/{request_id}").glob("*") if file.is_file()]
    requests = {one.id: one for one in (await privacy_requests_of([known.id]))[known.id]}
    assert requests[request_id].file_path is None
    assert (requests[waiting].state, requests[waiting].reason) == ("refused", "ERASED")


async def test_they_are_left_out_of_learning_and_what_was_agreed_to_stays_as_proof() -> None:
    known = await somebody_known()

    await erased(known.id)

    assert known.id in await left_out_of_learning()
    assert await value("SELECT count(*) FROM consent WHERE user_id = $1", known.id) == 3


async def test_somebody_else_is_not_touched() -> None:
    known, other = await somebody_known(), await somebody_known()
    before = await rows_about(other.id)

    await erased(known.id)

    assert await rows_about(other.id) == before
    assert await _opens(other)


async def _opens(known: Known) -> bool:
    return bool((await personal_data(known.id))["profile"]["email"] == known.email)


async def _lost(_person_id: UUID) -> None:
    raise ConnectionError("the worker's last word")

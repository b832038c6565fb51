import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.cart.queries import cart
from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.errors import SessionEnded
from domain.identity.personal import person_key
from domain.identity.queries import user
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.claim_guest_orders import claim_guest_orders
from domain.orders.delivery_addresses import addresses_of
from domain.orders.place import place_order
from domain.orders.queries import facts, orders, updates_after
from domain.orders.states import OrderEvent, OrderFacts, OrderState
from domain.shared.database import connection, row, rows, value
from domain.shared.errors import NotAllowed, NotFound, NotSignedIn
from domain.shared.relaying import give_positions
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.backstage import until
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest, somebody_at
from tests.factories.identity import an_email
from tests.factories.orders import a_cart, an_order, to_place
from tests.factories.people import a_person

WAITING = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


async def _owners(order_ids: list[UUID]) -> set[UUID | None]:
    return {one["buyer_id"] for one in await rows("SELECT buyer_id FROM orders WHERE id = ANY($1)", order_ids)}


async def test_all_that_guests_bought_under_a_confirmed_address_becomes_the_persons() -> None:
    email, goods = an_email(), await some_goods()
    one, other = await a_guest(), await a_guest()
    bought = [
        await an_order(one, goods, email=email),
        await an_order(one, goods, events=(OrderEvent.PAY,), email=email.upper()),
        await an_order(other, goods, events=(OrderEvent.CANCEL,), email=email),
    ]
    person = await somebody_at(email)

    claimed = await claim_guest_orders(person)

    assert claimed == sorted(bought)
    assert set(await orders(person, bought)) == set(bought)
    assert {(await _known(id)).version for id in bought} == {2, 3}
    assert [(await _known(id)).state for id in bought] == [OrderState.PENDING, OrderState.PAID, OrderState.CANCELLED]
    assert {one["city"] for one in (await addresses_of(bought)).values()} == {"Lübeck"}
    assert len(await addresses_of(bought)) == 3


async def test_what_the_claim_did_is_told_and_audited_for_each_order() -> None:
    email, goods = an_email(), await some_goods()
    guest = await a_guest()
    order_id = await an_order(guest, goods, events=(OrderEvent.PAY,), email=email)
    person = await somebody_at(email)

    await claim_guest_orders(person)

    events = await rows("SELECT kind, sequence, data FROM event WHERE subject_id = $1 ORDER BY serial", order_id)
    assert [(one["kind"], one["sequence"]) for one in events] == [
        ("order.placed", 1),
        ("order.paid", 2),
        ("order.claimed", 3),
    ]
    assert events[-1]["data"] == '{"state": "paid"}'
    entry = await row("SELECT * FROM audit_entry WHERE subject_id = $1 AND action = 'claimGuestOrder'", order_id)
    assert entry is not None
    assert (entry["actor_id"], str(guest.user_id) in entry["before"]) == (person.user_id, True)
    assert await value("SELECT count(*) FROM event WHERE kind = 'user.erased' AND subject_id = $1", guest.user_id) == 1


async def test_the_new_owner_follows_and_cancels_the_order_and_the_guest_does_not() -> None:
    email, goods = an_email(), await some_goods()
    guest = await a_guest()
    order_id = await an_order(guest, goods, email=email)
    person = await somebody_at(email)
    await claim_guest_orders(person)
    async with connection() as raw:
        await give_positions(raw, {}, limit=100_000)

    updates = await updates_after(person, 0, order_id=order_id, limit=10)
    with pytest.raises(NotFound):
        await cancel_order(guest, CancelOrder(order_id))
    await cancel_order(person, CancelOrder(order_id, expected_version=2))

    assert [(one.kind, one.state) for one in updates] == [("order.placed", "pending"), ("order.claimed", "pending")]
    assert await updates_after(guest, 0, order_id=order_id, limit=10) == []
    assert (await _known(order_id)).state is OrderState.CANCELLED


async def test_nothing_personal_is_left_of_the_guest_and_the_guests_devices_are_signed_out() -> None:
    email, goods = an_email(), await some_goods()
    tokens = await start_guest_session(StartGuestSession("en", "EUR", "DE"))
    guest = await viewer_from_token(tokens.access_token)
    order_id = await an_order(guest, goods, email=email)
    open_cart = await a_cart(guest, goods, 3)
    person = await somebody_at(email)

    await claim_guest_orders(person)

    left = await user(tokens.user_id)
    assert left is not None
    assert (left.is_erased, left.country) == (True, None)
    assert await value("SELECT coalesce(contact_hash, contact_sealed) FROM users WHERE id = $1", tokens.user_id) is None
    assert await person_key(tokens.user_id) is None
    assert await value("SELECT count(*) FROM idempotency_key WHERE actor = $1", str(tokens.user_id)) == 0
    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)
    with pytest.raises(NotFound):
        await place_order(guest, await to_place(guest, open_cart, email=email))
    moved = await cart(person, open_cart)
    assert moved is not None
    assert [line.quantity for line in moved.quote.lines] == [3]
    assert await _owners([order_id]) == {person.user_id}


async def test_of_two_claims_at_once_one_finds_the_orders() -> None:
    email, goods = an_email(), await some_goods()
    bought = sorted([await an_order(await a_guest(), goods, email=email) for _ in range(3)])
    person = await somebody_at(email)

    outcomes = await asyncio.gather(*(claim_guest_orders(person) for _ in range(4)))

    assert sorted(outcomes, key=len) == [[], [], [], bought]
    assert {(await _known(id)).version for id in bought} == {2}


async def test_a_claim_that_is_killed_half_way_did_nothing_and_may_come_again(shop: Settings) -> None:
    email, goods = an_email(), await some_goods()
    guest = await a_guest()
    order_id, open_cart = await an_order(guest, goods, email=email), await a_cart(guest, goods)
    person = await somebody_at(email)
    blocker = await asyncpg.connect(shop.database_url)

    async with blocker.transaction():
        await blocker.execute("SELECT FROM orders WHERE id = $1 FOR UPDATE", order_id)
        claim = asyncio.ensure_future(claim_guest_orders(person))
        await until(lambda: blocker.fetchval(f"SELECT count(*) {WAITING}"))
        await blocker.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await claim
    await blocker.close()

    assert await _owners([order_id]) == {guest.user_id}
    assert await cart(guest, open_cart) is not None
    assert guest.user_id is not None
    assert await person_key(guest.user_id) is not None
    assert await claim_guest_orders(person) == [order_id]


async def test_an_order_placed_at_the_moment_of_the_claim_is_claimed_or_refused() -> None:
    email, goods = an_email(), await some_goods()
    person = await somebody_at(email)

    for _ in range(6):
        guest = await a_guest()
        await an_order(guest, goods, email=email)
        wish = await to_place(guest, await a_cart(guest, goods), email=email)
        claimed, placed = await asyncio.gather(
            claim_guest_orders(person), place_order(guest, wish), return_exceptions=True
        )

        assert not isinstance(claimed, BaseException)
        assert isinstance(placed, UUID | NotFound), placed
        assert isinstance(placed, UUID) == (len(claimed) == 2)
        assert await value("SELECT count(*) FROM orders WHERE buyer_id = $1", guest.user_id) == 0


async def test_what_others_bought_stays_theirs() -> None:
    email, goods = an_email(), await some_goods()
    person, stranger, guest = await somebody_at(email), await a_person(), await a_guest()
    foreign = [await an_order(stranger, goods), await an_order(guest, goods, email=an_email())]

    claimed = await claim_guest_orders(person)

    assert claimed == []
    assert await _owners(foreign) == {stranger.user_id, guest.user_id}
    assert guest.user_id is not None
    assert await person_key(guest.user_id) is not None


async def test_who_writes_a_strangers_address_only_gives_the_order_away() -> None:
    email, goods = an_email(), await some_goods()
    victim, attacker = await somebody_at(email), await a_guest()
    own = await an_order(victim, goods)
    before = await row("SELECT * FROM users WHERE id = $1", victim.user_id)

    bait = await an_order(attacker, goods, email=email)
    seen_before = await orders(attacker, [own, bait])
    await claim_guest_orders(victim)

    assert set(seen_before) == {bait}
    assert await orders(attacker, [own, bait]) == {}
    assert await row("SELECT * FROM users WHERE id = $1", victim.user_id) == before


async def test_only_who_has_confirmed_an_address_claims() -> None:
    email, goods = an_email(), await some_goods()
    guest = await a_guest()
    await an_order(guest, goods, email=email)

    with pytest.raises(NotSignedIn):
        await claim_guest_orders(ANONYMOUS)
    with pytest.raises(NotAllowed) as application:
        await claim_guest_orders(Viewer(application_id=uuid4()))
    with pytest.raises(NotAllowed) as other:
        await claim_guest_orders(await a_guest())

    assert (application.value.permission, other.value.permission) == ("person", "account")
    assert await claim_guest_orders(await a_person()) == []


async def _known(order_id: UUID) -> OrderFacts:
    found = await facts(order_id)
    assert found is not None
    return found

"""Forgetting what has served its time, apart from sessions."""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from domain.cart.retention import forget_abandoned_carts
from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.accounts.mail_links import new_mail_link
from domain.identity.personal import new_person_key
from domain.identity.privacy.export import export_personal_data, forget_expired_files
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.privacy.retention import (
    forget_log_ins_begun,
    forget_mail_links,
    forget_registrations,
    request_erasure_of_inactive,
)
from domain.orders.retention import buyers_since, forget_guests
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from domain.shared.files import files_under
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.backstage import until
from tests.factories.goods import some_goods
from tests.factories.identity import a_user, signed_in
from tests.factories.orders import a_cart, an_order
from tests.factories.payments import event_of
from tests.factories.people import a_person, grant

A_DAY = timedelta(days=1)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
YEAR = timedelta(days=365)


async def test_a_sign_up_that_nobody_confirmed_goes_with_its_key() -> None:
    old, recent = await _registration(now() - 8 * A_DAY), await _registration(now() - 6 * A_DAY)

    await forget_registrations(now() - 7 * A_DAY)

    left = "SELECT array_agg(id) FROM registration WHERE id IN ($1, $2)"
    keys = "SELECT array_agg(person_id) FROM person_key WHERE person_id IN ($1, $2)"
    assert await value(left, old, recent) == [recent]
    assert await value(keys, old, recent) == [recent]
    assert await forget_registrations(now() - 7 * A_DAY) == 0


async def test_the_key_of_a_sign_up_that_became_somebody_stays() -> None:
    user_id = await a_user()
    await run(
        """INSERT INTO registration (id, email_hash, email_sealed, name_sealed, password_hash, country, language,
                                     currency, created_at) VALUES ($1, '', '', '', '', 'DE', 'en', 'EUR', $2)""",
        user_id,
        now() - 8 * A_DAY,
    )

    await forget_registrations(now() - 7 * A_DAY)

    assert await value("SELECT count(*) FROM registration WHERE id = $1", user_id) == 0
    assert await value("SELECT sealed IS NOT NULL FROM person_key WHERE person_id = $1", user_id)


async def test_mailed_links_and_changes_of_address_go_when_they_are_dead() -> None:
    user_id = await a_user()
    made = {}
    for name, ended_at in (("old", now() - 8 * A_DAY), ("recent", now() - 6 * A_DAY), ("open", now() + A_DAY)):
        async with transaction():
            made[name] = await new_mail_link("reset_password", email_hash=name)
        await run("UPDATE mail_link SET expires_at = $2 WHERE id = $1", made[name], ended_at)
        await run(
            """INSERT INTO email_change (id, user_id, old_email_sealed, new_email_hash, new_email_sealed, created_at)
               VALUES ($1, $2, '', '', '', $3)""",
            new_id(),
            user_id,
            ended_at,
        )

    await forget_mail_links(now() - 7 * A_DAY)

    left = await rows("SELECT id FROM mail_link WHERE id = ANY($1)", list(made.values()))
    assert {one["id"] for one in left} == {made["recent"], made["open"]}
    assert await value("SELECT count(*) FROM email_change WHERE user_id = $1", user_id) == 2
    assert await forget_mail_links(now() - 7 * A_DAY) == 0


async def test_log_ins_that_were_begun_and_questions_to_passkeys_go_a_day_later() -> None:
    user_id = await a_user()
    for expired_at in (now() - 2 * A_DAY, now() - timedelta(hours=1)):
        await run(
            """INSERT INTO log_in_attempt (id, user_id, failures, code_failures, created_at, expires_at)
               VALUES ($1, $2, 0, 0, $3, $3)""",
            new_id(),
            user_id,
            expired_at,
        )
        await run(
            """INSERT INTO passkey_challenge (id, user_id, challenge, purpose, expires_at)
               VALUES ($1, $2, '', 'register', $3)""",
            new_id(),
            user_id,
            expired_at,
        )

    await forget_log_ins_begun(now() - A_DAY)

    assert await value("SELECT count(*) FROM log_in_attempt WHERE user_id = $1", user_id) == 1
    assert await value("SELECT count(*) FROM passkey_challenge WHERE user_id = $1", user_id) == 1


async def test_open_carts_that_nobody_came_back_to_go_and_ordered_ones_stay() -> None:
    buyer, goods = await a_person(), await some_goods()
    abandoned, ordered = await a_cart(buyer, goods), await a_cart(buyer, goods)
    await run("UPDATE cart SET state = 'ordered' WHERE id = $1", ordered)
    with clock_at(now() + 60 * A_DAY):
        changed = await a_cart(buyer, goods)

    await forget_abandoned_carts(now() + 50 * A_DAY)

    left = await rows("SELECT id FROM cart WHERE buyer_id = $1", buyer.user_id)
    assert {one["id"] for one in left} == {ordered, changed}
    assert await value("SELECT count(*) FROM cart_line WHERE cart_id = $1", abandoned) == 0


async def test_guests_who_bought_nothing_go_whole_and_those_who_did_stay() -> None:
    idle, buying, recent, back = [await _guest(days_ago) for days_ago in (31, 31, 29, 31)]
    goods = await some_goods()
    await a_cart(idle, goods)
    await an_order(buying, goods, email="guest@example.org")
    await run("UPDATE session SET last_used_at = $2 WHERE user_id = $1", back.user_id, now())

    while await forget_guests(now() - 30 * A_DAY):
        pass

    ids = [one.user_id for one in (idle, buying, recent, back)]
    left = await rows("SELECT id FROM users WHERE id = ANY($1)", ids)
    keys = await rows("SELECT person_id FROM person_key WHERE person_id = ANY($1)", ids)
    assert {one["id"] for one in left} == set(ids[1:])
    assert {one["person_id"] for one in keys} == set(ids[1:])
    assert await value("SELECT count(*) FROM cart WHERE buyer_id = $1", idle.user_id) == 0


async def test_that_a_guest_was_forgotten_is_audited_and_told_of() -> None:
    guest = await _guest(31)

    assert await forget_guests(now() - 30 * A_DAY) >= 1

    recorded = "SELECT array_agg(action ORDER BY serial) FROM audit_entry WHERE subject_id = $1"
    told = "SELECT array_agg(kind || ' ' || sequence ORDER BY serial) FROM event WHERE subject_id = $1"
    assert await value(recorded, guest.user_id) == ["startGuestSession", "forgetGuest"]
    assert await value(told, guest.user_id) == ["user.guest_arrived 1", "user.erased 2"]


async def test_a_guest_who_asked_for_a_copy_stays_until_its_file_is_deleted() -> None:
    guest = await _guest(31)
    request_id = await request_personal_data(guest, RequestPersonalData())
    there = []

    await forget_guests(now() - 30 * A_DAY)
    there.append(await value("SELECT count(*) FROM users WHERE id = $1", guest.user_id))
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, {})
    await forget_guests(now() - 30 * A_DAY)
    there.append(await value("SELECT count(*) FROM users WHERE id = $1", guest.user_id))
    await forget_expired_files(now() + 31 * A_DAY)
    await forget_guests(now() - 30 * A_DAY)
    there.append(await value("SELECT count(*) FROM users WHERE id = $1", guest.user_id))

    assert there == [1, 1, 0]
    assert await files_under(f"personal-data/{request_id}") == []


async def test_guests_who_ordered_are_not_locked(shop: Settings) -> None:
    buying, idle = await _guest(31), await _guest(31)
    await an_order(buying, await some_goods(), email="guest@example.org")
    blocker = await asyncpg.connect(shop.database_url)

    async with blocker.transaction():  # the deletion of the idle one waits here, its transaction open
        await blocker.execute("SELECT FROM session WHERE user_id = $1 FOR UPDATE", idle.user_id)
        forgetting = asyncio.ensure_future(forget_guests(now() - 30 * A_DAY))
        await until(_something_waits)
        free = await rows("SELECT id FROM users WHERE id = $1 FOR UPDATE NOWAIT", buying.user_id)
    await forgetting
    await blocker.close()

    assert len(free) == 1
    assert await value("SELECT count(*) FROM users WHERE id = $1", idle.user_id) == 0


async def test_a_guest_who_orders_at_this_moment_is_passed_over() -> None:
    guest = await _guest(31)

    async with transaction():
        await run("SELECT FROM users WHERE id = $1 FOR KEY SHARE", guest.user_id)
        await asyncio.create_task(_forget_guests(), context=Context())

    assert await value("SELECT count(*) FROM users WHERE id = $1", guest.user_id) == 1


async def test_who_did_nothing_for_years_is_erased_and_nobody_else() -> None:
    long_ago = now() - 3 * YEAR
    gone, staff, buyer, imported, fresh = [await _since(long_ago) for _ in range(4)] + [await _since(now() - YEAR)]
    await grant(staff, "support")
    await an_order(Viewer(user_id=buyer), await some_goods())
    with clock_at(long_ago):
        await an_order(Viewer(user_id=imported), await some_goods())
    await run("UPDATE orders SET state = 'delivered' WHERE buyer_id IN ($1, $2)", buyer, imported)
    await run("DELETE FROM audit_entry WHERE actor_id = ANY($1)", [buyer, imported])
    with clock_at(long_ago):
        there = (await signed_in()).user_id
    await run("UPDATE users SET created_at = $2 WHERE id = $1", there, long_ago)
    await run("UPDATE session SET last_used_at = $2 WHERE user_id = $1", there, now())

    while await request_erasure_of_inactive(now() - 2 * YEAR, kept=_bought):
        pass

    everybody = [gone, staff, buyer, imported, fresh, there]
    asked = await rows(
        "SELECT user_id, requested_by FROM privacy_request WHERE user_id = ANY($1) AND kind = 'erasure'", everybody
    )
    assert {one["user_id"] for one in asked} == {gone, imported}
    assert {one["requested_by"] for one in asked} == {None}


async def _something_waits() -> bool:
    return bool(await value(WAITING))


async def _forget_guests() -> None:
    """In a transaction of its own, beside the test's."""
    await forget_guests(now() - 30 * A_DAY)


async def _bought(people: Sequence[UUID]) -> set[UUID]:
    return await buyers_since(people, now() - 2 * YEAR)


async def _since(moment: datetime) -> UUID:
    user_id = await a_user()
    await run("UPDATE users SET created_at = $2 WHERE id = $1", user_id, moment)
    return user_id


async def _guest(days_ago: int) -> Viewer:
    with clock_at(now() - days_ago * A_DAY):
        tokens = await start_guest_session(StartGuestSession("en", "EUR"))
    return Viewer(user_id=tokens.user_id, is_guest=True)


async def _registration(created_at: datetime) -> UUID:
    registration_id = new_id()
    async with transaction():
        await new_person_key(registration_id)
        await run(
            """INSERT INTO registration (id, email_hash, email_sealed, name_sealed, password_hash, country, language,
                                         currency, created_at) VALUES ($1, '', '', '', '', 'DE', 'en', 'EUR', $2)""",
            registration_id,
            created_at,
        )
    return registration_id

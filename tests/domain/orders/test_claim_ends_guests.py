"""What a guest said and what is known of the guest, once the orders are somebody else's."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.privacy.consent import (
    ConsentFacts,
    GiveConsent,
    WithdrawConsent,
    consents_of,
    give_consent,
    left_out_of_learning,
    withdraw_consent,
)
from domain.identity.privacy.consent_texts import text_in_force
from domain.identity.privacy.export import export_personal_data, forget_expired_files
from domain.identity.privacy.privacy_requests import privacy_requests_of
from domain.identity.privacy.purposes import Purpose
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.orders.claim_guest_orders import claim_guest_orders
from domain.shared.clock import clock_at, now
from domain.shared.database import run, value
from domain.shared.files import files_under
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest, somebody_at
from tests.factories.identity import an_email
from tests.factories.orders import an_order
from tests.factories.payments import event_of
from workers.consume import CONSUMERS
from workers.privacy import COLLECTORS
from workers.routes import ROUTES

LATER = timedelta(hours=1)


async def _guest_and_owner() -> tuple[Viewer, Viewer]:
    email = an_email()
    guest = await a_guest()
    await an_order(guest, await some_goods(), email=email)
    return guest, await somebody_at(email)


async def _said_by(viewer: Viewer) -> list[ConsentFacts]:
    assert viewer.user_id is not None
    return (await consents_of([viewer.user_id])).get(viewer.user_id, [])


def _giving() -> GiveConsent:
    return GiveConsent(Purpose.ANALYTICS, text_in_force(Purpose.ANALYTICS, "en").version, "en")


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.ANALYTICS])
async def test_what_the_guest_refused_the_owner_has_refused(purpose: Purpose) -> None:
    guest, owner = await _guest_and_owner()
    await withdraw_consent(guest, WithdrawConsent(purpose))

    await claim_guest_orders(owner)

    [said] = await _said_by(owner)
    assert (said.purpose, said.given) == (purpose, False)
    assert (owner.user_id in await left_out_of_learning()) == (purpose is Purpose.ANALYTICS)
    assert await event_of(said.id, "consent.withdrawn")
    recorded = "SELECT actor_id FROM audit_entry WHERE subject_id = $1 AND action = 'withdrawConsent'"
    assert await value(recorded, owner.user_id) == owner.user_id


async def test_what_the_guest_refused_last_counts_and_not_what_was_agreed_to_before() -> None:
    guest, owner = await _guest_and_owner()
    await give_consent(owner, _giving())
    with clock_at(now() + LATER):
        await withdraw_consent(guest, WithdrawConsent(Purpose.ANALYTICS))
    with clock_at(now() + 2 * LATER):
        await claim_guest_orders(owner)

    assert [one.given for one in await _said_by(owner)] == [False, True]


async def test_what_the_owner_said_after_the_guest_refused_stands() -> None:
    agreeing_guest, refusing_owner = await _guest_and_owner()
    refusing_guest, agreeing_owner = await _guest_and_owner()
    await withdraw_consent(refusing_guest, WithdrawConsent(Purpose.ANALYTICS))
    await withdraw_consent(refusing_owner, WithdrawConsent(Purpose.ANALYTICS))
    with clock_at(now() + LATER):
        await give_consent(agreeing_owner, _giving())
        await give_consent(agreeing_guest, _giving())

    await claim_guest_orders(agreeing_owner)
    await claim_guest_orders(refusing_owner)

    assert [one.given for one in await _said_by(agreeing_owner)] == [True]
    assert [one.given for one in await _said_by(refusing_owner)] == [False]


async def test_a_guest_who_agreed_after_refusing_hands_no_refusal_on() -> None:
    guest, owner = await _guest_and_owner()
    await withdraw_consent(guest, WithdrawConsent(Purpose.ANALYTICS))
    with clock_at(now() + LATER):
        await give_consent(guest, _giving())

    await claim_guest_orders(owner)

    assert await _said_by(owner) == []


async def test_copies_of_the_guests_data_end() -> None:
    guest, owner = await _guest_and_owner()
    assert guest.user_id is not None
    made = await request_personal_data(guest, RequestPersonalData())
    await export_personal_data(await event_of(made, "privacy.data_requested"), made, COLLECTORS)
    waiting = await request_personal_data(guest, RequestPersonalData())

    await claim_guest_orders(owner)
    await forget_expired_files(now())

    requests = {one.id: one for one in (await privacy_requests_of([guest.user_id]))[guest.user_id]}
    assert (requests[waiting].state, requests[waiting].reason) == ("refused", "ERASED")
    assert (requests[made].state, requests[made].file_path) == ("done", None)
    assert await files_under(f"personal-data/{made}") == []


async def test_what_was_learned_about_the_guest_is_deleted_by_who_is_told_of_the_end() -> None:
    guest, owner = await _guest_and_owner()
    assert guest.user_id is not None
    await _learned_about(guest.user_id)

    await claim_guest_orders(owner)
    for consumer in ROUTES["user.erased"]:
        await CONSUMERS[consumer].work(await event_of(guest.user_id, "user.erased"), guest.user_id)

    assert await value("SELECT count(*) FROM customer_recommendation WHERE customer_id = $1", guest.user_id) == 0


async def _learned_about(person_id: UUID) -> None:
    run_id = new_id()
    await run(
        """INSERT INTO recommendation_run (id, state, seed, parameters, metrics, started_at)
           VALUES ($1, 'retired', 1, '{}', '{}', $2)""",
        run_id,
        now(),
    )
    await run(
        "INSERT INTO customer_recommendation (run_id, customer_id, product_ids, scores) VALUES ($1, $2, '[]', '[]')",
        run_id,
        person_id,
    )

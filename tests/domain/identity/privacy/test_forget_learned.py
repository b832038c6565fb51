from domain.identity.events import UserErased
from domain.identity.privacy.consent import WithdrawConsent, withdraw_consent
from domain.identity.privacy.forget_learned import forget_learned, forget_learned_of_erased
from domain.identity.privacy.purposes import Purpose
from domain.shared.database import run, value
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from tests.factories.payments import event_of
from tests.factories.privacy import Known, somebody_known
from workers.privacy import LEARNED

LEFT = """SELECT (SELECT count(*) FROM customer_recommendation WHERE customer_id = $1)
               + (SELECT count(*) FROM segment_member WHERE customer_id = $1)"""


async def withdrawn(known: Known, purpose: Purpose) -> None:
    consent_id = await withdraw_consent(known.person, WithdrawConsent(purpose))
    event_id = await event_of(consent_id, "consent.withdrawn")
    for _ in range(2):
        await forget_learned(event_id, consent_id, LEARNED)


async def test_what_was_learned_about_somebody_goes_with_the_consent_to_it() -> None:
    known, other = await somebody_known(), await somebody_known()

    await withdrawn(known, Purpose.ANALYTICS)

    assert await value(LEFT, known.id) == 0
    assert await value(LEFT, other.id) == 2
    forgotten = "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'forgetLearned'"
    assert await value(forgotten, known.id) == 1


async def test_it_goes_too_when_somebody_objects_who_never_agreed() -> None:
    known = await somebody_known()
    await run("DELETE FROM consent WHERE user_id = $1", known.id)

    await withdrawn(known, Purpose.ANALYTICS)

    assert await value(LEFT, known.id) == 0


async def test_it_goes_when_somebody_is_no_more() -> None:
    known, other = await somebody_known(), await somebody_known()
    event_id = await use_case(emit)(UserErased(subject_id=known.id, sequence=2))

    for _ in range(2):
        await forget_learned_of_erased(event_id, known.id, LEARNED)

    assert await value(LEFT, known.id) == 0
    assert await value(LEFT, other.id) == 2


async def test_it_stays_when_another_consent_is_taken_back() -> None:
    known = await somebody_known()

    await withdrawn(known, Purpose.MARKETING)

    assert await value(LEFT, known.id) == 2

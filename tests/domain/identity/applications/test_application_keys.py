from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.identity.applications.application_keys import (
    AddApplicationKey,
    EndApplicationKey,
    add_application_key,
    end_application_key,
)
from domain.identity.applications.application_queries import application_key, application_keys
from domain.identity.applications.application_rules import MOST_KEYS
from domain.identity.errors import CannotGrant, KidTaken, TooManyKeys
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.applications import a_partner, a_signer, an_application
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with

PEM = a_signer("ES256").public_pem


async def test_a_key_is_added_under_its_thumbprint_or_a_given_name() -> None:
    made = await an_application()

    by_itself = await add_application_key(PLATFORM, AddApplicationKey(made, PEM))
    named = await add_application_key(PLATFORM, AddApplicationKey(made, a_signer().public_pem, kid="spring 2026"))

    kids = {one.id: (one.kid, one.algorithm) for one in (await application_keys([made]))[made]}
    assert kids[named] == ("spring 2026", "RS256")
    assert (len(kids[by_itself][0]), kids[by_itself][1]) == (43, "ES256")


async def test_the_same_idempotency_key_adds_one() -> None:
    made, key = await an_application(), str(uuid4())

    first = await add_application_key(PLATFORM, AddApplicationKey(made, PEM, key=key))
    second = await add_application_key(PLATFORM, AddApplicationKey(made, PEM, key=key))

    assert first == second


async def test_a_name_is_used_once_even_when_its_key_has_ended() -> None:
    partner = await a_partner(algorithm="ES256")
    await end_application_key(PLATFORM, EndApplicationKey(partner.key_id))

    with pytest.raises(KidTaken):
        await add_application_key(PLATFORM, AddApplicationKey(partner.application_id, partner.signer.public_pem))


@pytest.mark.parametrize("kid", ["", "x" * 101, "schlüssel", "line\nbreak"])
async def test_a_name_is_short_printable_ascii(kid: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await add_application_key(PLATFORM, AddApplicationKey(await an_application(), PEM, kid))

    assert refusal.value.field == "kid"


async def test_only_so_many_keys_are_in_use_at_once() -> None:
    made = await an_application()
    added = [
        await add_application_key(PLATFORM, AddApplicationKey(made, PEM, kid=str(number)))
        for number in range(MOST_KEYS)
    ]

    with pytest.raises(TooManyKeys) as refusal:
        await add_application_key(PLATFORM, AddApplicationKey(made, PEM))
    await end_application_key(PLATFORM, EndApplicationKey(added[0]))
    await add_application_key(PLATFORM, AddApplicationKey(made, PEM))

    assert refusal.value.most == MOST_KEYS


async def test_who_does_not_hold_the_scopes_gives_no_key_to_use_them() -> None:
    staff = await a_person_with("applications.write", "orders.read")

    with pytest.raises(CannotGrant) as refusal:
        await add_application_key(staff, AddApplicationKey(await an_application("orders.refund"), PEM))

    assert refusal.value.permissions == ("orders.refund",)


async def test_a_key_may_end_later_and_an_earlier_end_is_not_put_off() -> None:
    partner, moment = await a_partner(), now()

    with clock_at(moment):
        await end_application_key(PLATFORM, EndApplicationKey(partner.key_id, after_seconds=60))
        await end_application_key(PLATFORM, EndApplicationKey(partner.key_id, after_seconds=3600))

    found = await application_key(partner.key_id)
    assert found is not None
    assert found.ends_at == moment + timedelta(seconds=60)
    kinds = [one["kind"] for one in await _events(partner.application_id)]
    assert kinds == ["application.registered", "application.key_added", "application.key_ended"]


async def test_only_a_key_that_ends_at_once_cuts_its_tokens_off() -> None:
    later, at_once = await a_partner(), await a_partner()

    await end_application_key(PLATFORM, EndApplicationKey(later.key_id, after_seconds=60))
    await end_application_key(PLATFORM, EndApplicationKey(at_once.key_id))

    assert [await _cut_off(one.key_id) for one in (later, at_once)] == [False, True]


@pytest.mark.parametrize("seconds", [-1, 90 * 86_400 + 1])
async def test_the_overlap_is_bounded(seconds: int) -> None:
    partner = await a_partner()

    with pytest.raises(InvalidInput) as refusal:
        await end_application_key(PLATFORM, EndApplicationKey(partner.key_id, after_seconds=seconds))

    assert (refusal.value.field, refusal.value.rule) == ("afterSeconds", "range")


async def test_anothers_key_is_as_if_there_were_none() -> None:
    staff = await a_person_with("applications.write", supplier_id=await a_supplier())
    foreign = (await a_partner()).key_id

    for key_id in (foreign, new_id()):
        with pytest.raises(NotFound) as refusal:
            await end_application_key(staff, EndApplicationKey(key_id))
        assert (refusal.value.kind, refusal.value.id) == ("ApplicationKey", key_id)
        with pytest.raises(NotAllowed):
            await end_application_key(await a_person("support"), EndApplicationKey(key_id))


async def _events(application_id: UUID) -> list[dict[str, str]]:
    return [
        dict(one) for one in await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", application_id)
    ]


async def _cut_off(key_id: UUID) -> bool:
    return bool(await value("SELECT EXISTS (SELECT FROM cutoff WHERE subject_id = $1)", key_id))

"""The copy of what is known of a person, made with the functions that the worker passes in."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.errors import HoldsMoreRights, RecentLogInNeeded, TooManyAttempts, WrongCredentials
from domain.identity.privacy.export import export_personal_data, forget_expired_files, personal_data_file
from domain.identity.privacy.privacy_requests import privacy_requests_of
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.sessions.sessions import end_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import transaction
from domain.shared.errors import IdempotencyKeyReused, NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.identity import PASSWORD, signed_in
from tests.factories.inbox import given_up, is_due
from tests.factories.payments import event_of
from tests.factories.privacy import DEVICE_LABEL, PHONE, STREET, TAX_NUMBER, TOTP_SECRET, somebody_known
from workers.privacy import COLLECTORS


async def somebody(role: str = "customer") -> Viewer:
    """On a device that signed in just now."""
    return await viewer_from_token((await signed_in(role=role)).access_token)


async def exported(viewer: Viewer, person_id: UUID | None = None) -> UUID:
    """The id of a request that was carried out."""
    request_id = await request_personal_data(viewer, RequestPersonalData(person_id))
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, COLLECTORS)
    return request_id


async def read(viewer: Viewer, request_id: UUID) -> dict[str, Any]:
    found = await personal_data_file(viewer, request_id)
    assert found is not None
    copy: dict[str, Any] = orjson.loads(found)
    return copy


async def test_it_holds_all_that_is_known_in_the_open() -> None:
    known = await somebody_known()

    copy = await read(known.person, await exported(known.person))

    person = copy["person"]
    assert copy["schema"] == "hanse.personal-data/1"
    assert person["profile"] | {"email": known.email, "name": "Anna Kaufmann", "phone": PHONE} == person["profile"]
    assert person["profile"]["tax_number"] == TAX_NUMBER
    assert person["addresses"][0]["address"]["line1"] == STREET
    assert {one["purpose"] for one in person["consents"]} == {"terms", "marketing", "analytics"}
    assert person["sessions"][0]["methods"] == ["pwd", "otp", "mfa"]
    assert person["passkeys"][0]["label"] == DEVICE_LABEL
    assert person["changes_of_email"][0]["old_email"] == known.email
    assert copy["carts"][0]["lines"][0]["quantity"] in {1, 2}
    assert {one["state"] for one in copy["carts"]} == {"open", "ordered"}
    [order] = copy["orders"]
    assert (order["state"], order["address"]["line1"], order["lines"][0]["sku"]) == (
        "delivered",
        STREET,
        known.goods.sku,
    )
    assert copy["suggestions"][0]["product_ids"] == [str(known.goods.product_id)]
    assert copy["analytics"]["segments"][0]["segment"] == "loyal"
    assert {"logIn", "placeOrder", "giveConsent"} <= {one["action"] for one in copy["records"]}


async def test_every_part_of_the_shop_has_its_say() -> None:
    known = await somebody_known()

    copy = await read(known.person, await exported(known.person))

    assert set(copy) == {"schema", "made_at", "person", *COLLECTORS}


async def test_it_holds_no_secret_that_would_open_the_account() -> None:
    known = await somebody_known()
    found = await personal_data_file(known.person, await exported(known.person))

    assert found is not None
    assert TOTP_SECRET.encode() not in found
    assert b"argon2" not in found
    assert b"sealed" not in found


async def test_it_holds_what_others_did_to_what_is_theirs() -> None:
    known, staff = await somebody_known(), await somebody("administrator")
    async with transaction():
        await end_session(PLATFORM, known.tokens.session_id, "expired")

    copy = await read(staff, await exported(staff, known.id))

    done = [one["action"] for one in copy["records"] if one["subject_id"] == str(known.order_id)]
    assert done == ["placeOrder", "payOrder", "shipOrder", "deliverOrder"]
    ended = [one for one in copy["records"] if one["action"] == "endSession"]
    assert [(one["by_you"], one["subject_id"]) for one in ended] == [(False, str(known.tokens.session_id))]


async def test_what_is_recorded_of_others_is_not_in_it() -> None:
    known, other = await somebody_known(), await somebody_known()

    copy = await read(known.person, await exported(known.person))

    assert str(other.id) not in str(copy)
    assert str(other.order_id) not in str(copy)


async def test_of_staff_who_acted_on_somebody_the_copy_tells_neither_who_nor_from_where() -> None:
    known, staff = await somebody_known(), await somebody("administrator")
    await request_personal_data(staff, RequestPersonalData(known.id))

    found = await personal_data_file(known.person, await exported(known.person))

    assert found is not None
    mine = [one for one in orjson.loads(found)["records"] if one["action"] == "requestPersonalData"]
    assert {one["by_you"] for one in mine} == {True, False}
    assert "actor_id" not in mine[0]


async def test_on_the_disk_lies_nothing_that_can_be_read_and_its_name_is_not_guessed(shop: Settings) -> None:
    known = await somebody_known()
    request_id = await exported(known.person)

    [file] = _files(shop, request_id)

    content = file.read_bytes()
    assert len(file.stem) >= 32
    for text in (known.email, STREET, PHONE, "profile"):
        assert text.encode() not in content


async def test_others_do_not_get_it_and_the_staff_who_asked_do() -> None:
    known, staff, colleague = await somebody_known(), await somebody("administrator"), await somebody("administrator")
    request_id = await exported(staff, known.id)

    assert (await read(staff, request_id))["person"]["profile"]["email"] == known.email
    assert (await read(known.person, request_id))["person"]["profile"]["email"] == known.email
    for viewer in (colleague, await somebody(), await somebody("support"), ANONYMOUS, Viewer(user_id=staff.user_id)):
        assert await personal_data_file(viewer, request_id) is None


async def test_after_its_time_it_is_gone(shop: Settings) -> None:
    known = await somebody_known()
    request_id = await exported(known.person)
    before, after = now() + timedelta(days=6, hours=23), now() + timedelta(days=7, minutes=1)

    with clock_at(before):
        await forget_expired_files(now())
        kept = await personal_data_file(known.person, request_id)
    with clock_at(after):
        expired = await personal_data_file(known.person, request_id)
        await forget_expired_files(now())

    assert kept is not None
    assert expired is None
    assert _files(shop, request_id) == []
    [request] = (await privacy_requests_of([known.id]))[known.id]
    assert (request.state, request.file_path, request.has_file) == ("done", None, False)


async def test_two_workers_at_once_leave_one_file_that_can_be_read(shop: Settings) -> None:
    known = await somebody_known()
    request_id = await request_personal_data(known.person, RequestPersonalData())
    event_id = await event_of(request_id, "privacy.data_requested")

    await asyncio.gather(*(export_personal_data(event_id, request_id, COLLECTORS) for _ in range(3)))

    assert len(_files(shop, request_id)) == 1
    assert await personal_data_file(known.person, request_id) is not None


async def test_killed_after_the_file_was_written_it_is_made_again(shop: Settings) -> None:
    known = await somebody_known()
    request_id = await request_personal_data(known.person, RequestPersonalData())
    event_id = await event_of(request_id, "privacy.data_requested")
    lost = shop.files_dir / f"personal-data/{request_id}/lost.sealed"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"of an attempt that was killed")

    await export_personal_data(event_id, request_id, COLLECTORS)

    assert len(_files(shop, request_id)) == 1
    assert not lost.exists()


async def test_while_one_waits_the_same_one_is_given_again_and_another_asks_for_another() -> None:
    known, staff = await somebody_known(), await somebody("administrator")

    own = await asyncio.gather(*(request_personal_data(known.person, RequestPersonalData()) for _ in range(4)))
    by_staff = await request_personal_data(staff, RequestPersonalData(known.id))

    assert len(set(own)) == 1
    assert by_staff not in own


async def test_the_same_key_asks_once_also_after_the_first_was_carried_out() -> None:
    known = await somebody_known()

    first = await request_personal_data(known.person, RequestPersonalData(key="k"))
    await export_personal_data(await event_of(first, "privacy.data_requested"), first, {})
    second = await request_personal_data(known.person, RequestPersonalData(key="k"))

    assert second == first


async def test_a_key_that_comes_with_another_person_is_refused() -> None:
    administrator, person = await somebody("administrator"), await somebody()
    await request_personal_data(administrator, RequestPersonalData(person.user_id, key="k"))

    with pytest.raises(IdempotencyKeyReused):
        await request_personal_data(administrator, RequestPersonalData(key="k"))


async def test_long_after_the_log_in_it_takes_the_password_from_staff_too() -> None:
    person, administrator = await somebody(), await somebody("administrator")

    with clock_at(now() + timedelta(hours=1)):
        for viewer in (person, administrator):
            with pytest.raises(RecentLogInNeeded):
                await request_personal_data(viewer, RequestPersonalData(person.user_id))
            with pytest.raises(WrongCredentials):
                await request_personal_data(viewer, RequestPersonalData(person.user_id, password="not the password"))
            assert await request_personal_data(viewer, RequestPersonalData(person.user_id, password=PASSWORD))


async def test_guests_have_their_session_and_nothing_else() -> None:
    tokens = await start_guest_session(StartGuestSession("en", "EUR"))
    guest = await viewer_from_token(tokens.access_token)

    with clock_at(now() + timedelta(hours=1)):
        assert await request_personal_data(guest, RequestPersonalData())


async def test_a_request_that_was_given_up_is_tried_again_when_it_is_asked_for_again() -> None:
    known = await somebody_known()
    request_id = await request_personal_data(known.person, RequestPersonalData())
    event_id = await event_of(request_id, "privacy.data_requested")
    await given_up(event_id, "export_personal_data")

    again = await request_personal_data(known.person, RequestPersonalData())

    assert again == request_id
    assert await is_due(event_id, "export_personal_data")
    await export_personal_data(event_id, request_id, COLLECTORS)
    assert await personal_data_file(known.person, request_id) is not None


async def test_five_a_day_are_enough() -> None:
    known = await somebody_known()
    for _ in range(5):
        await exported(known.person)

    with pytest.raises(TooManyAttempts) as refused:
        await request_personal_data(known.person, RequestPersonalData())

    assert 86_000 < refused.value.retry_after_seconds <= 86_401
    with clock_at(now() + timedelta(days=1, seconds=1)):
        assert await request_personal_data(known.person, RequestPersonalData(password=PASSWORD))


async def test_for_others_it_takes_the_permission_and_no_fewer_rights() -> None:
    person, support, administrator = await somebody(), await somebody("support"), await somebody("administrator")
    assert person.user_id is not None

    with pytest.raises(NotSignedIn):
        await request_personal_data(ANONYMOUS, RequestPersonalData())
    with pytest.raises(NotAllowed):
        await request_personal_data(support, RequestPersonalData(person.user_id))
    with pytest.raises(NotFound):
        await request_personal_data(administrator, RequestPersonalData(new_id()))
    limited = replace(support, permissions=frozenset({"privacy.write"}))
    with pytest.raises(HoldsMoreRights):
        await request_personal_data(limited, RequestPersonalData(administrator.user_id))


def _files(shop: Settings, request_id: UUID) -> list[Path]:
    return sorted((shop.files_dir / f"personal-data/{request_id}").glob("*"))

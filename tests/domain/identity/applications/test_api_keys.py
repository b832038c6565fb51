import asyncio
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from domain.identity.applications.api_key_text import make_api_key
from domain.identity.applications.api_key_use import note_use
from domain.identity.applications.api_keys import MAX_AGE, viewer_from_api_key
from domain.identity.applications.application_queries import ApiKeyFacts, api_key, api_keys
from domain.identity.applications.application_rules import MOST_KEYS
from domain.identity.applications.change_application import (
    SwitchApplication,
    UpdateApplication,
    disable_application,
    enable_application,
    update_application,
)
from domain.identity.applications.issue_api_keys import (
    CreateApiKey,
    EndApiKey,
    IssuedApiKey,
    RotateApiKey,
    create_api_key,
    end_api_key,
    rotate_api_key,
)
from domain.identity.errors import CannotGrant, KeyEnded, TokenInvalid, TooManyKeys
from domain.identity.sessions import cutoffs
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM, Limit, Viewer
from tests.factories.applications import an_api_key, an_application
from tests.factories.people import a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements


@pytest.fixture(autouse=True)
def _cutoffs_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


async def test_a_key_is_the_application_with_the_keys_scopes() -> None:
    made = await an_application("orders.read", "orders.ship")
    issued = await create_api_key(PLATFORM, CreateApiKey(made, ("orders.read",)))

    viewer = await viewer_from_api_key(_text(issued))

    assert viewer == Viewer(application_id=made, permissions=frozenset({"orders.read"}), language="en")


async def test_limits_go_with_the_key() -> None:
    supplier_id = await a_supplier()
    _, issued = await an_api_key("orders.read", channel="main", supplier_id=supplier_id)

    viewer = await viewer_from_api_key(_text(issued))

    assert viewer.permissions == frozenset()
    assert viewer.limits == (Limit(frozenset({"orders.read"}), "main", supplier_id),)


async def test_a_key_has_256_secret_bits_shows_its_prefix_and_is_kept_as_a_hash() -> None:
    application_id, issued = await an_api_key()
    text = _text(issued)

    (stored,) = await rows("SELECT * FROM api_key WHERE application_id = $1", application_id)
    entries = await rows("SELECT after FROM audit_entry WHERE subject_id = $1", issued.id)
    events = await rows("SELECT data::text AS data FROM event WHERE subject_id = $1", application_id)

    assert re.fullmatch(r"hanse_[a-z2-7]{12}_[A-Za-z0-9_-]{43}[0-9a-f]{8}", text)
    assert text.startswith(stored["prefix"] + "_")
    secret = text.removeprefix(stored["prefix"] + "_")
    assert secret not in str([dict(stored), *map(dict, entries), *map(dict, events), issued])
    assert stored["key_hash"] not in str([*map(dict, entries), *map(dict, events)])


async def test_the_key_is_shown_once() -> None:
    made, key = await an_application(), str(uuid4())
    command = CreateApiKey(made, ("orders.read",), key=key)

    first = await create_api_key(PLATFORM, command)
    second = await create_api_key(PLATFORM, command)

    assert (first.text is None, second) == (False, IssuedApiKey(first.id, None))
    assert len((await api_keys([made]))[made]) == 1


async def test_what_is_no_key_is_refused() -> None:
    text = _text((await an_api_key())[1])
    other = _text((await an_api_key())[1])

    for wrong in (
        "",
        "hanse_",
        text[:-1],
        text + "0",
        text.upper(),
        f" {text}",
        text[:18] + other[18:],
        text[:-1] + ("0" if text[-1] != "0" else "1"),
        "hanse_" + "ß" * 64,
        text.replace("_", "_\x00", 1),
    ):
        with pytest.raises(TokenInvalid):
            await viewer_from_api_key(wrong)


async def test_a_key_with_a_good_checksum_that_nobody_issued_is_refused() -> None:
    made = await make_api_key()

    with pytest.raises(TokenInvalid):
        await viewer_from_api_key(made.text)


async def test_known_keys_and_made_up_ones_cost_no_statement(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 3600.0)
    text = _text((await an_api_key())[1])
    for _ in range(2):
        await viewer_from_api_key(text)
    await _settled()

    async with counted_statements(shop) as statements:
        for _ in range(100):
            await viewer_from_api_key(text)
            made_up = "hanse_" + "".join(random.choices("abcdefghijkl234567", k=12)) + text[18:]
            with pytest.raises(TokenInvalid):
                await viewer_from_api_key(made_up)

    assert statements == []


async def test_a_key_that_ended_is_refused_at_once() -> None:
    _, issued = await an_api_key()
    await viewer_from_api_key(_text(issued))

    await end_api_key(PLATFORM, EndApiKey(issued.id))

    with pytest.raises(TokenInvalid):
        await viewer_from_api_key(_text(issued))


async def test_a_key_that_expires_is_refused_from_that_moment_on() -> None:
    made, moment = await an_application(), now()
    issued = await create_api_key(PLATFORM, CreateApiKey(made, ("orders.read",), moment + timedelta(minutes=1)))
    await viewer_from_api_key(_text(issued))

    with clock_at(moment + timedelta(seconds=59)):
        await viewer_from_api_key(_text(issued))
    with clock_at(moment + timedelta(seconds=60)), pytest.raises(TokenInvalid):
        await viewer_from_api_key(_text(issued))


async def test_keys_of_a_disabled_application_are_refused_until_it_is_enabled() -> None:
    application_id, issued = await an_api_key()
    await viewer_from_api_key(_text(issued))

    await disable_application(PLATFORM, SwitchApplication(application_id))
    with pytest.raises(TokenInvalid):
        await viewer_from_api_key(_text(issued))
    await enable_application(PLATFORM, SwitchApplication(application_id))

    with clock_at(now() + MAX_AGE):
        assert (await viewer_from_api_key(_text(issued))).application_id == application_id


async def test_an_application_that_has_less_takes_it_from_its_keys() -> None:
    application_id, issued = await an_api_key("orders.read", "orders.ship")
    await viewer_from_api_key(_text(issued))

    await update_application(PLATFORM, UpdateApplication(application_id, 2, scopes=("orders.read", "orders.refund")))

    assert (await viewer_from_api_key(_text(issued))).permissions == frozenset({"orders.read"})
    shown = await _shown(issued.id)
    assert shown.scopes == ("orders.read",)


async def test_what_another_process_changed_unseen_is_known_after_fifteen_seconds() -> None:
    _, issued = await an_api_key()
    moment = now()
    with clock_at(moment):
        await viewer_from_api_key(_text(issued))
        await run("DELETE FROM api_key WHERE id = $1", issued.id)

    with clock_at(moment + timedelta(seconds=9)):
        await viewer_from_api_key(_text(issued))
    with clock_at(moment + timedelta(seconds=15)), pytest.raises(TokenInvalid):
        await viewer_from_api_key(_text(issued))


async def test_rotation_leaves_both_keys_working_for_a_while() -> None:
    application_id, old = await an_api_key("orders.read")
    moment = now()

    with clock_at(moment):
        new = await rotate_api_key(PLATFORM, RotateApiKey(old.id, overlap_seconds=60))
    viewers = [await viewer_from_api_key(_text(one)) for one in (old, new)]

    assert viewers[0] == viewers[1]
    assert [(await _shown(one.id)).ends_at for one in (old, new)] == [moment + timedelta(seconds=60), None]
    with clock_at(moment + timedelta(seconds=60)):
        assert (await viewer_from_api_key(_text(new))).application_id == application_id
        with pytest.raises(TokenInvalid):
            await viewer_from_api_key(_text(old))


async def test_a_new_key_lives_as_long_as_the_old_one_was_to_unless_told() -> None:
    made, moment = await an_application(), now()
    with clock_at(moment):
        old = await create_api_key(PLATFORM, CreateApiKey(made, ("orders.read",), moment + timedelta(days=30)))

    with clock_at(moment + timedelta(days=20)):
        by_default = await rotate_api_key(PLATFORM, RotateApiKey(old.id, overlap_seconds=3600))
        told = await rotate_api_key(PLATFORM, RotateApiKey(by_default.id, 0, moment + timedelta(days=21)))

    ends = [(await _shown(one.id)).ends_at for one in (old, by_default, told)]
    assert ends == [
        moment + timedelta(days=20, hours=1),
        moment + timedelta(days=20),
        moment + timedelta(days=21),
    ]


async def test_a_key_that_has_ended_is_not_rotated() -> None:
    _, issued = await an_api_key()
    await end_api_key(PLATFORM, EndApiKey(issued.id))

    with pytest.raises(KeyEnded):
        await rotate_api_key(PLATFORM, RotateApiKey(issued.id, 0))


async def test_only_so_many_keys_are_in_use_and_rotation_at_once_needs_no_room() -> None:
    made = await an_application()
    issued = [await create_api_key(PLATFORM, CreateApiKey(made, ("orders.read",))) for _ in range(MOST_KEYS)]

    with pytest.raises(TooManyKeys):
        await create_api_key(PLATFORM, CreateApiKey(made, ("orders.read",)))
    with pytest.raises(TooManyKeys):
        await rotate_api_key(PLATFORM, RotateApiKey(issued[0].id, overlap_seconds=60))
    await rotate_api_key(PLATFORM, RotateApiKey(issued[0].id, overlap_seconds=0))


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"scopes": ("orders.ship",)}, "scopes", "oneOf"),
        ({"scopes": ()}, "scopes", "oneOf"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "expiresAt", "notBefore"),
        ({"expires_at": datetime(2020, 1, 1)}, "expiresAt", "notBefore"),
        ({"expires_at": datetime(9999, 12, 31, tzinfo=UTC)}, "expiresAt", "notAfter"),
    ],
)
async def test_bad_input_is_refused_by_name(changes: dict[str, Any], field: str, rule: str) -> None:
    command = CreateApiKey(await an_application("orders.read"), ("orders.read",))

    with pytest.raises(InvalidInput) as refusal:
        await create_api_key(PLATFORM, replace(command, **changes))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_nobody_makes_keys_for_what_they_do_not_hold() -> None:
    made = await an_application("orders.read", "orders.refund")
    staff = await a_person_with("applications.write", "orders.read")
    beyond = await create_api_key(PLATFORM, CreateApiKey(made, ("orders.refund",)))

    await create_api_key(staff, CreateApiKey(made, ("orders.read",)))

    with pytest.raises(CannotGrant):
        await create_api_key(staff, CreateApiKey(made, ("orders.refund",)))
    with pytest.raises(CannotGrant):
        await rotate_api_key(staff, RotateApiKey(beyond.id, 0))
    await viewer_from_api_key(_text(beyond))


async def test_anothers_key_is_as_if_there_were_none() -> None:
    staff = await a_person_with("applications.write", supplier_id=await a_supplier())
    foreign = (await an_api_key())[1].id

    for key_id in (foreign, new_id()):
        with pytest.raises(NotFound) as refusal:
            await end_api_key(staff, EndApiKey(key_id))
        assert (refusal.value.kind, refusal.value.id) == ("ApiKey", key_id)
        with pytest.raises(NotAllowed):
            await end_api_key(await a_person_with("orders.read"), EndApiKey(key_id))


async def test_the_last_use_is_noted_once_a_minute_beside_the_requests() -> None:
    _, issued = await an_api_key()
    moment = now().replace(microsecond=0)

    for seconds in (0, 30, 61):
        with clock_at(moment + timedelta(seconds=seconds)):
            await viewer_from_api_key(_text(issued))
            await _settled()
            noted = (await _shown(issued.id)).last_used_at
        assert noted == moment + timedelta(seconds=61 if seconds == 61 else 0)


async def test_a_use_that_cannot_be_noted_is_logged_and_fails_nothing() -> None:
    key_id = new_id()
    await run("ALTER TABLE api_key RENAME TO api_key_away")

    with capture_logs() as lines:
        note_use(key_id)
        await _settled()
    await run("ALTER TABLE api_key_away RENAME TO api_key")

    assert [(one["event"], one["key_id"]) for one in lines] == [
        ("the use of an API key was not written down", str(key_id))
    ]


async def test_what_many_ask_for_at_once_is_read_again_by_one(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 3600.0)
    text = _text((await an_api_key())[1])
    moment = now()
    with clock_at(moment):
        for _ in range(2):
            await viewer_from_api_key(text)
    await _settled()

    with clock_at(moment + timedelta(seconds=12)):
        async with counted_statements(shop) as statements:
            await asyncio.gather(*(viewer_from_api_key(text) for _ in range(50)))

    assert len([one for one in statements if "FROM api_key" in one]) == 1


def _text(issued: IssuedApiKey) -> str:
    assert issued.text is not None
    return issued.text


async def _shown(key_id: UUID) -> ApiKeyFacts:
    found = await api_key(key_id)
    assert found is not None
    return found


async def _settled() -> None:
    await asyncio.sleep(0.05)
    assert await value("SELECT true")

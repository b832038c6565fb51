import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain.identity.applications.application_queries import application, applications
from domain.identity.applications.change_application import (
    SwitchApplication,
    UpdateApplication,
    disable_application,
    enable_application,
    update_application,
)
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.identity.errors import CannotGrant
from domain.shared.database import row, rows, value
from domain.shared.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleVersion,
)
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.applications import an_application
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with

REGISTER = RegisterApplication("Lager Nord", ("orders.read", "orders.ship"))


async def test_staff_register_an_application() -> None:
    staff = await a_person("administrator")

    made = await register_application(staff, REGISTER)

    found = await application(staff, made)
    assert found is not None
    assert (found.name, found.scopes, found.version) == ("Lager Nord", ("orders.read", "orders.ship"), 1)
    assert (found.channel, found.supplier_id, found.disabled_at) == (None, None, None)
    assert await _told(made) == [("application.registered", 1)]
    entry = await row("SELECT action, actor_id, after FROM audit_entry WHERE subject_id = $1", made)
    assert entry is not None
    assert (entry["action"], entry["actor_id"]) == ("registerApplication", staff.user_id)
    assert orjson.loads(entry["after"])["scopes"] == ["orders.read", "orders.ship"]


async def test_the_same_key_twice_at_once_registers_one() -> None:
    staff, command = await a_person("administrator"), replace(REGISTER, key=str(uuid4()))

    first, second = await asyncio.gather(register_application(staff, command), register_application(staff, command))

    assert first == second
    with pytest.raises(IdempotencyKeyReused):
        await register_application(staff, replace(command, name="Lager Süd"))


async def test_nobody_registers_without_the_permission() -> None:
    with pytest.raises(NotSignedIn):
        await register_application(ANONYMOUS, REGISTER)
    with pytest.raises(NotAllowed) as refusal:
        await register_application(await a_person("support"), REGISTER)

    assert refusal.value.permission == "applications.write"


async def test_an_application_registers_none_whatever_its_scopes() -> None:
    program = Viewer(application_id=new_id(), permissions=frozenset({"applications.write", "orders.read"}))

    with pytest.raises(NotAllowed):
        await register_application(program, RegisterApplication("Child", ("orders.read",)))
    with pytest.raises(NotAllowed):
        await applications(program, first=10, after=None)


async def test_nobody_gives_scopes_that_they_do_not_hold() -> None:
    staff = await a_person_with("applications.write", "orders.read")

    with pytest.raises(CannotGrant) as refusal:
        await register_application(staff, REGISTER)

    assert refusal.value.permissions == ("orders.ship",)


async def test_who_is_limited_to_a_supplier_registers_for_that_supplier_alone() -> None:
    own, other = await a_supplier(), await a_supplier()
    staff = await a_person_with("applications.write", "orders.read", supplier_id=own)
    command = RegisterApplication("Own", ("orders.read",), supplier_id=own)

    made = await register_application(staff, command)

    assert await application(staff, made) is not None
    for wider in (replace(command, supplier_id=None), replace(command, supplier_id=other)):
        with pytest.raises(NotAllowed):
            await register_application(staff, wider)


async def test_who_is_limited_to_a_channel_may_limit_further() -> None:
    staff = await a_person_with("applications.write", "orders.read", channel="main")
    supplier_id = await a_supplier()

    made = await register_application(staff, RegisterApplication("Narrow", ("orders.read",), "main", supplier_id))

    found = await application(staff, made)
    assert found is not None
    assert (found.channel, found.supplier_id) == ("main", supplier_id)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"name": " "}, "name", "length"),
        ({"name": "a\r\nBcc: b"}, "name", "printable"),
        ({"scopes": ()}, "scopes", "oneOf"),
        ({"scopes": ("orders.read", "orders.everything")}, "scopes", "oneOf"),
        ({"channel": "mars"}, "channel", "oneOf"),
        ({"key": ""}, "idempotencyKey", "length"),
    ],
)
async def test_bad_input_is_refused_by_name(changes: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await register_application(PLATFORM, replace(REGISTER, **changes))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_a_supplier_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound) as refusal:
        await register_application(PLATFORM, replace(REGISTER, supplier_id=new_id()))

    assert refusal.value.kind == "Supplier"


async def test_name_and_scopes_change_by_version() -> None:
    staff, made = await a_person("administrator"), await an_application("orders.read")
    command = UpdateApplication(made, 1, name="Renamed", scopes=("orders.ship", "orders.read"))

    await update_application(staff, command)

    found = await application(staff, made)
    assert found is not None
    assert (found.name, found.scopes, found.version) == ("Renamed", ("orders.read", "orders.ship"), 2)
    with pytest.raises(StaleVersion) as refusal:
        await update_application(staff, replace(command, name="Again"))
    assert (refusal.value.expected, refusal.value.current) == (1, 2)
    assert await _told(made) == [("application.registered", 1), ("application.updated", 2)]


async def test_only_new_scopes_cut_tokens_off() -> None:
    made = await an_application("orders.read")

    await update_application(PLATFORM, UpdateApplication(made, 1, name="Renamed"))
    after_name = await _cut_off(made)
    await update_application(PLATFORM, UpdateApplication(made, 2, scopes=("orders.ship",)))

    assert (after_name, await _cut_off(made)) == (False, True)


async def test_an_update_that_changes_nothing_leaves_no_trace() -> None:
    made = await an_application("orders.read")

    await update_application(PLATFORM, UpdateApplication(made, 1, name="Test Partner", scopes=("orders.read",)))

    assert await _told(made) == [("application.registered", 1)]


async def test_scopes_that_one_does_not_hold_may_stay_and_go_but_not_come() -> None:
    made = await an_application("orders.read", "orders.refund")
    staff = await a_person_with("applications.write", "orders.read")

    await update_application(staff, UpdateApplication(made, 1, name="Renamed"))
    await update_application(staff, UpdateApplication(made, 2, scopes=("orders.read",)))
    with pytest.raises(CannotGrant) as refusal:
        await update_application(staff, UpdateApplication(made, 3, scopes=("orders.read", "orders.refund")))

    assert refusal.value.permissions == ("orders.refund",)


async def test_disabling_twice_is_disabling_once() -> None:
    made, staff = await an_application(), await a_person("administrator")

    await disable_application(staff, SwitchApplication(made))
    await disable_application(staff, SwitchApplication(made))
    disabled = await application(staff, made)
    await enable_application(staff, SwitchApplication(made))
    enabled = await application(staff, made)

    assert disabled is not None
    assert enabled is not None
    assert (disabled.disabled_at is None, enabled.disabled_at) == (False, None)
    assert [kind for kind, _ in await _told(made)] == [
        "application.registered",
        "application.disabled",
        "application.enabled",
    ]
    assert await _cut_off(made)


async def test_who_does_not_hold_the_scopes_may_disable_but_not_enable() -> None:
    made = await an_application("orders.refund")
    staff = await a_person_with("applications.write")

    await disable_application(staff, SwitchApplication(made))

    with pytest.raises(CannotGrant):
        await enable_application(staff, SwitchApplication(made))


async def test_rights_are_those_of_the_moment_not_of_the_token() -> None:
    staff = await a_person("administrator")
    outdated = replace(await a_person(), permissions=staff.permissions)

    with pytest.raises(NotAllowed):
        await register_application(outdated, REGISTER)


async def test_an_application_beyond_ones_limits_is_as_if_there_were_none() -> None:
    own, other = await a_supplier(), await a_supplier()
    staff = await a_person_with("applications.write", "orders.read", supplier_id=own)
    foreign = await an_application(supplier_id=other)
    everywhere = await an_application()

    for made in (foreign, everywhere, new_id()):
        assert await application(staff, made) is None
        with pytest.raises(NotFound) as refusal:
            await update_application(staff, UpdateApplication(made, 1, name="Mine"))
        assert (refusal.value.kind, refusal.value.id) == ("Application", made)


async def test_lists_hold_what_one_manages_newest_first_and_in_pages() -> None:
    own = await a_supplier()
    staff = await a_person_with("applications.write", supplier_id=own)
    made = [await an_application(supplier_id=own) for _ in range(3)]
    await an_application()

    first = await applications(staff, first=2, after=None)
    rest = await applications(staff, first=2, after=(first[-1].created_at, first[-1].id))

    assert [one.id for one in (*first, *rest)] == made[::-1]
    with pytest.raises(NotAllowed):
        await applications(await a_person("support"), first=2, after=None)


async def _told(application_id: UUID) -> list[tuple[str, int]]:
    found = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", application_id)
    return [(one["kind"], one["sequence"]) for one in found]


async def _cut_off(application_id: UUID) -> bool:
    return bool(await value("SELECT EXISTS (SELECT FROM cutoff WHERE subject_id = $1)", application_id))

"""The entry that a write leaves."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest

from domain.audit.entries import SECRET, VALUES, Entry
from domain.audit.record import NotRecorded, record, record_many
from domain.shared.caller import Caller, bind_caller
from domain.shared.clock import clock_at
from domain.shared.database import row, rows, run, transaction, value
from domain.shared.logs import bind_request
from domain.shared.master_key import KeysUnusable
from domain.shared.secrets import secret_for
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.audit import an_entry
from tests.statements import counted_statements

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
_VALUES = ", ".join(VALUES)


async def test_an_entry_says_who_did_what_to_which_when_from_where_and_in_which_request() -> None:
    person, order = uuid4(), uuid4()

    await asyncio.create_task(_shipped(person, order))  # a task: what it binds stays in it

    found = await row(f"SELECT {_VALUES} FROM audit_entry WHERE subject_id = $1", order)
    assert found is not None
    assert tuple(found)[1:] == (
        AT,
        "person",
        person,
        "shipOrder",
        "order",
        order,
        '{"a":2,"b":1}',
        '{"c":null}',
        "203.0.113.0/24",
        "request-1",
    )


async def _shipped(person: UUID, order: UUID) -> None:
    bind_request("request-1")
    bind_caller(Caller(address="203.0.113.77"))
    by, before, after = Viewer(user_id=person), {"b": 1, "a": 2}, {"c": None}
    with clock_at(AT):
        async with transaction():
            await record(by, "shipOrder", subject=("order", order), before=before, after=after)


@pytest.mark.parametrize(
    ("viewer", "kind"),
    [
        (Viewer(user_id=uuid4(), session_id=uuid4()), "person"),
        (Viewer(application_id=uuid4()), "application"),
        (PLATFORM, "platform"),
        (ANONYMOUS, "nobody"),
    ],
)
async def test_people_applications_the_platform_and_nobody_are_told_apart(viewer: Viewer, kind: str) -> None:
    entry = await an_entry(viewer=viewer)

    found = await row("SELECT actor_kind, actor_id FROM audit_entry WHERE id = $1", entry)
    assert found is not None
    assert tuple(found) == (kind, viewer.actor_id)


async def test_the_seal_covers_every_value_as_it_is_stored_and_needs_the_secret() -> None:
    entry = await an_entry()

    found = await row(f"SELECT {_VALUES}, seal FROM audit_entry WHERE id = $1", entry)
    assert found is not None
    *stored, seal = found
    assert Entry(*stored).seal(await secret_for(SECRET)) == seal
    assert Entry(*stored).seal(await secret_for("another")) != seal
    for number, given in enumerate(stored):
        other = [*stored]
        other[number] = "other" if given is None else None
        assert Entry(*other).seal(await secret_for(SECRET)) != seal, VALUES[number]


async def test_recording_is_one_statement(shop: Settings) -> None:
    await an_entry()

    async with counted_statements(shop) as statements, transaction():
        await record(PLATFORM, "countThis", subject=("order", uuid4()))

    assert len([one for one in statements if not one.startswith(("BEGIN", "COMMIT"))]) == 1


async def test_an_entry_goes_with_its_transaction() -> None:
    order = uuid4()

    with pytest.raises(ZeroDivisionError):
        await _done_and_undone(order)

    assert await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1", order) == 0


@use_case
async def _done_and_undone(order: UUID) -> None:
    await record(PLATFORM, "neverDone", subject=("order", order))
    raise ZeroDivisionError


async def test_recording_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="record needs an open transaction"):
        await record(PLATFORM, "testThing", subject=("order", uuid4()))
    with pytest.raises(RuntimeError, match="record_many needs an open transaction"):
        await record_many(PLATFORM, "testThing", [])


async def test_many_entries_are_sealed_like_one() -> None:
    orders = [uuid4() for _ in range(50)]

    async with transaction():
        await record_many(PLATFORM, "importThings", ((("order", order), {"units": 2}) for order in orders))

    found = await rows(f"SELECT {_VALUES}, seal FROM audit_entry WHERE subject_id = ANY($1) ORDER BY serial", orders)
    key = await secret_for(SECRET)
    assert [one["subject_id"] for one in found] == orders
    assert all(Entry(*values).seal(key) == seal for *values, seal in found)
    assert {(one["actor_kind"], one["before"], one["after"]) for one in found} == {("platform", None, '{"units":2}')}


@pytest.mark.usefixtures("own_shop")
@pytest.mark.parametrize("keep", ["RETURN NULL", "IF NEW.action = 'swallowThis' THEN RETURN NULL; END IF; RETURN NEW"])
async def test_an_entry_that_the_database_swallows_takes_its_write_with_it(keep: str) -> None:
    await run(f"CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {keep}; END $f$")
    await run("CREATE TRIGGER swallow BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION swallow()")
    before = await value("SELECT name FROM role WHERE name = 'administrator'")

    with pytest.raises(NotRecorded, match="1 of 1 audit entries"):
        await _renamed_unseen(many=0)
    with pytest.raises(NotRecorded, match="3 of 3 audit entries"):
        await _renamed_unseen(many=3)

    assert await value("SELECT count(*) FROM role WHERE name = $1", before) == 1


@use_case
async def _renamed_unseen(*, many: int) -> None:
    await run("UPDATE role SET name = 'unseen' WHERE name = 'administrator'")
    if many:
        await record_many(PLATFORM, "swallowThis", [(("role", uuid4()), {}) for _ in range(many)])
    else:
        await record(PLATFORM, "swallowThis", subject=("role", uuid4()))


async def test_what_is_no_json_is_written_as_text() -> None:
    order, other = uuid4(), uuid4()

    async with transaction():
        await record(PLATFORM, "testThing", subject=("order", order), after={"id": other, "nul": "a\0b"})

    after = await value("SELECT after FROM audit_entry WHERE subject_id = $1", order)
    assert orjson.loads(after) == {"id": str(other), "nul": "a\0b"}


@pytest.mark.usefixtures("own_shop")
async def test_without_the_secret_nothing_is_recorded() -> None:
    await run("DELETE FROM secret")

    with pytest.raises(KeysUnusable, match="hanse migrate"):
        await an_entry()

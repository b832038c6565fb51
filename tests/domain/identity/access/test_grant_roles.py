from uuid import UUID, uuid4

import orjson
import pytest

from domain.identity.access.edit_roles import CreateRole, create_role
from domain.identity.access.give_role import RoleToGive
from domain.identity.access.grant_roles import GrantRole, RevokeRole, grant_role, revoke_role
from domain.identity.access.suspend import ChangeSuspension, suspend_person
from domain.identity.errors import AlreadyGranted, CannotGrant, RoleFixed, TokenExpired
from domain.identity.sessions import cutoffs
from domain.identity.sessions.cutoffs import is_cut_off
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SecondFactorNeeded,
)
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.channels import a_channel
from tests.factories.identity import signed_in
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with, a_role, facts_of, grant_ids, hold, role_id


@pytest.fixture(autouse=True)
def _cutoffs_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


async def test_an_administrator_grants_a_role_and_the_persons_tokens_are_cut_off() -> None:
    administrator, person = await a_person("administrator"), await a_person()
    before = now()

    grant_id = await grant_role(administrator, await _grant(person, "support", channel="main"))

    found = await facts_of(person)
    assert [(one.role, one.channel, one.supplier_id) for one in found.grants] == [("support", "main", None)]
    assert await grant_ids(person) == [grant_id]
    assert found.version == 2
    assert await is_cut_off([person.signed_in()], before)
    audited = await _audited("grantRole", person.user_id)
    assert audited == {"grant_id": str(grant_id), "role": "support", "channel": "main", "supplier_id": None}
    assert await value(
        "SELECT count(*) FROM event WHERE kind = 'user.role_granted' AND subject_id = $1", person.user_id
    )


async def test_the_next_token_carries_a_new_role_and_the_one_before_is_refused() -> None:
    tokens = await signed_in()
    person = Viewer(user_id=tokens.user_id)

    await grant_role(await a_person("administrator"), await _grant(person, "support", channel="main"))

    with pytest.raises(TokenExpired):
        await viewer_from_token(tokens.access_token)
    renewed = await viewer_from_token((await refresh_session(tokens.refresh_token)).access_token)
    assert renewed.may_for("orders.cancel", channel="main")
    assert not renewed.may("orders.cancel")


async def test_a_revoked_role_is_gone_and_the_tokens_with_it() -> None:
    administrator, person = await a_person("administrator"), await a_person("support")
    before, grant_id = now(), (await grant_ids(person))[0]

    await revoke_role(administrator, RevokeRole(grant_id))

    found = await facts_of(person)
    assert (found.grants, found.version) == ((), 2)
    assert await is_cut_off([person.signed_in()], before)
    assert await value(
        "SELECT count(*) FROM event WHERE kind = 'user.role_revoked' AND subject_id = $1", person.user_id
    )


async def test_a_role_that_was_granted_for_one_supplier_is_revoked_too() -> None:
    person = await a_person("supplier", supplier_id=await a_supplier(), channel="main")

    await revoke_role(await a_person("administrator"), RevokeRole((await grant_ids(person))[0]))

    assert (await facts_of(person)).grants == ()


async def test_nobody_grants_a_role_that_allows_what_they_do_not_hold() -> None:
    manager, person = await a_person_with("roles.write", "orders.read"), await a_person()

    with pytest.raises(CannotGrant) as refused:
        await grant_role(manager, await _grant(person, "support"))

    assert refused.value.permissions == (
        "orders.cancel",
        "orders.return",
        "people.read",
        "reviews.moderate",
        "roles.read",
        "suppliers.read",
    )
    assert (await facts_of(person)).grants == ()


async def test_what_is_held_for_one_supplier_is_not_granted_everywhere_or_for_another() -> None:
    own, foreign, person = await a_supplier(), await a_supplier(), await a_person()
    manager = await a_person_with("roles.write", "orders.read", supplier_id=own)
    small = await a_role("orders.read")

    for supplier_id, channel in ((None, None), (foreign, None), (None, "main")):
        with pytest.raises(NotAllowed):
            await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small, channel, supplier_id)))
    await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small, supplier_id=own)))
    await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small, "main", own)))

    assert {(one.channel, one.supplier_id) for one in (await facts_of(person)).grants} == {
        (None, own),
        ("main", own),
    }


async def test_who_may_grant_everywhere_but_holds_a_right_for_one_supplier_grants_it_for_that_one_only() -> None:
    own, person, small = await a_supplier(), await a_person(), await a_role("orders.ship")
    manager = await a_person_with("roles.write")
    await hold(manager, "orders.ship", supplier_id=own)

    with pytest.raises(CannotGrant) as refused:
        await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small)))
    await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small, supplier_id=own)))

    assert refused.value.permissions == ("orders.ship",)
    assert [one.supplier_id for one in (await facts_of(person)).grants] == [own]


async def test_rights_that_were_lost_meanwhile_count_for_nothing_although_the_token_still_carries_them() -> None:
    administrator, stale, person = await a_person("administrator"), await a_person("administrator"), await a_person()
    await revoke_role(administrator, RevokeRole((await grant_ids(stale))[0]))

    with pytest.raises(NotAllowed):
        await grant_role(stale, await _grant(person, "support"))


async def test_somebody_suspended_grants_nothing_although_the_token_still_works() -> None:
    stale, person = await a_person("administrator"), await a_person()
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", stale.user_id)

    with pytest.raises(NotAllowed):
        await grant_role(stale, await _grant(person, "support"))


async def test_somebody_whose_second_factor_is_still_to_come_changes_no_rights() -> None:
    administrator = Viewer(user_id=(await a_person("administrator")).user_id, needs_second_factor=True)
    wanted, held = await _grant(await a_person(), "support"), (await grant_ids(await a_person("support")))[0]

    for change in (
        grant_role(administrator, wanted),
        revoke_role(administrator, RevokeRole(held)),
        create_role(administrator, CreateRole("porter", ())),
        suspend_person(administrator, ChangeSuspension((await a_person()).signed_in())),
    ):
        with pytest.raises(SecondFactorNeeded):
            await change


async def test_nobody_revokes_a_role_that_they_could_not_grant() -> None:
    person = await a_person("finance")
    weaker = await a_person_with("roles.write", "orders.read", "risk.decide", "reports.request")

    with pytest.raises(CannotGrant) as refused:
        await revoke_role(weaker, RevokeRole((await grant_ids(person))[0]))

    assert refused.value.permissions == ("orders.refund", "suppliers.read")
    assert len((await facts_of(person)).grants) == 1


async def test_a_suppliers_administrator_takes_their_own_grant_back_whatever_else_the_person_holds() -> None:
    own, person, small = await a_supplier(), await a_person("administrator"), await a_role("orders.read")
    manager = await a_person_with("roles.write", "orders.read", supplier_id=own)
    grant_id = await grant_role(manager, GrantRole(RoleToGive(person.signed_in(), small, supplier_id=own)))

    await revoke_role(manager, RevokeRole(grant_id))

    assert [one.role for one in (await facts_of(person)).grants] == ["administrator"]


async def test_a_grant_for_another_supplier_does_not_exist_for_who_may_change_roles_for_one() -> None:
    own, foreign = await a_supplier(), await a_supplier()
    manager = await a_person_with("roles.write", "orders.read", "orders.ship", "orders.deliver", supplier_id=own)
    person = await a_person("supplier", supplier_id=foreign)
    grant_id = (await grant_ids(person))[0]

    for wanted in (grant_id, new_id()):
        with pytest.raises(NotFound) as refused:
            await revoke_role(manager, RevokeRole(wanted))
        assert (refused.value.kind, refused.value.id) == ("Grant", wanted)


async def test_the_supplier_role_is_granted_for_a_supplier_that_exists_only() -> None:
    administrator, person = await a_person("administrator"), await a_person()

    with pytest.raises(InvalidInput) as everywhere:
        await grant_role(administrator, await _grant(person, "supplier"))
    with pytest.raises(NotFound) as nobody:
        await grant_role(administrator, await _grant(person, "supplier", supplier_id=new_id()))
    await grant_role(administrator, await _grant(person, "supplier", supplier_id=await a_supplier()))

    assert (everywhere.value.field, everywhere.value.rule, nobody.value.kind) == ("supplierId", "required", "Supplier")
    assert len((await facts_of(person)).grants) == 1


async def test_a_channel_must_be_one_of_the_shop_and_may_be_closed() -> None:
    closed = await a_channel(is_open=False)
    administrator, person = await a_person("administrator"), await a_person()

    with pytest.raises(InvalidInput) as refused:
        await grant_role(administrator, await _grant(person, "support", channel="mars"))
    await grant_role(administrator, await _grant(person, "support", channel=closed.name))

    assert (refused.value.field, refused.value.rule) == ("channel", "oneOf")
    assert {"main", closed.name} <= set(refused.value.limit.split(", "))


async def test_the_same_role_within_the_same_limits_is_granted_once() -> None:
    administrator, person = await a_person("administrator"), await a_person()
    await grant_role(administrator, await _grant(person, "support"))

    with pytest.raises(AlreadyGranted):
        await grant_role(administrator, await _grant(person, "support"))
    await grant_role(administrator, await _grant(person, "support", channel="main"))

    assert len((await facts_of(person)).grants) == 2


async def test_the_same_key_twice_grants_once_and_another_input_under_it_is_refused() -> None:
    administrator, person, key = await a_person("administrator"), await a_person(), str(uuid4())
    given = (await _grant(person, "support")).given

    first = await grant_role(administrator, GrantRole(given, key))
    second = await grant_role(administrator, GrantRole(given, key))
    with pytest.raises(IdempotencyKeyReused):
        await grant_role(administrator, GrantRole((await _grant(person, "analyst")).given, key))

    assert first == second
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1", person.user_id) == 1


async def test_customer_is_granted_to_nobody_since_everybody_holds_it() -> None:
    with pytest.raises(RoleFixed):
        await grant_role(await a_person("administrator"), await _grant(await a_person(), "customer"))


async def test_nobody_unknown_and_no_guest_is_granteda_role() -> None:
    administrator, guest = await a_person("administrator"), await a_person()
    await run("UPDATE users SET is_guest = TRUE WHERE id = $1", guest.user_id)

    for nobody in (guest, Viewer(user_id=new_id())):
        with pytest.raises(NotFound) as refused:
            await grant_role(administrator, await _grant(nobody, "support"))
        assert refused.value.kind == "User"


async def test_customers_applications_and_strangers_change_no_roles() -> None:
    person, role = await a_person(), await _grant(await a_person(), "support")
    application = Viewer(application_id=new_id(), permissions=frozenset({"roles.write"}))

    for viewer, refusal in ((person, NotAllowed), (application, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            await grant_role(viewer, role)
        with pytest.raises(refusal):
            await revoke_role(viewer, RevokeRole(new_id()))


async def _grant(
    person: Viewer, role: str, *, channel: str | None = None, supplier_id: UUID | None = None
) -> GrantRole:
    return GrantRole(RoleToGive(person.signed_in(), await role_id(role), channel, supplier_id))


async def _audited(action: str, subject_id: UUID | None) -> object:
    found = await row("SELECT after FROM audit_entry WHERE action = $1 AND subject_id = $2", action, subject_id)
    assert found is not None
    return orjson.loads(found["after"])

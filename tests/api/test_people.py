"""Roles, grants, people and suppliers, as the back office asks for them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from api.authentication import Credentials, authenticate
from api.context import Context
from api.ids import encode
from api.live import Live
from domain.identity.access.permissions import Permission
from domain.identity.queries import user
from domain.shared.errors import NotAllowed
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.api.client import open_session_now
from tests.api.operations import execute, schema
from tests.factories.identity import a_user, an_email
from tests.factories.people import a_person, a_supplier, grant
from tests.factories.roles import a_person_with, facts_of, role_id
from tests.statements import counted_statements

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
CANNOT_GRANT = "... on CannotGrantError { permissions }"
PEOPLE = """query($first: Int!, $filter: PeopleFilter) { people(first: $first, filter: $filter) { nodes {
    id email name country language isGuest isSuspended version
    grants { id userId channel supplierId role { name permissions } supplier { code } } } pageInfo { hasNextPage } } }"""
PERSON = "query($id: ID!) { person(id: $id) { id email grants { role { name } } } }"
GRANT = f"""mutation($input: GrantRoleInput!) {{ grantRole(input: $input) {{
    ... on Grant {{ id userId channel supplierId role {{ name }} }} {ERRORS} {CANNOT_GRANT}
    ... on NotFoundError {{ kind id }} }} }}"""
CREATE_ROLE = f"""mutation($input: CreateRoleInput!) {{ createRole(input: $input) {{
    ... on Role {{ id name permissions perSupplier builtIn version }} {ERRORS} {CANNOT_GRANT} }} }}"""
SUSPEND = f"""mutation($input: SuspensionInput!) {{ suspendPerson(input: $input) {{
    ... on Person {{ id isSuspended version }} {ERRORS} }} }}"""
SUPPLIERS = "query($first: Int!) { suppliers(first: $first) { nodes { id code name country version createdAt } } }"
ROLES = "query($first: Int!) { roles(first: $first) { nodes { id name permissions builtIn } pageInfo { endCursor } } }"


async def test_somebody_is_found_with_their_roles_and_where_those_hold() -> None:
    email, supplier_id = an_email(), await a_supplier()
    person_id = await a_user(email=email)
    await grant(person_id, "supplier", supplier_id=supplier_id)
    await grant(person_id, "support", channel="main")

    found = (await execute(PEOPLE, await a_person("support"), first=10, filter={"email": email}))["people"]["nodes"]

    [shown] = found
    assert (shown["id"], shown["email"], shown["isSuspended"]) == (encode("User", person_id), email, False)
    assert [(one["role"]["name"], one["channel"], one["supplierId"]) for one in shown["grants"]] == [
        ("supplier", None, encode("Supplier", supplier_id)),
        ("support", "main", None),
    ]
    assert shown["grants"][0]["supplier"]["code"] == f"supplier-{supplier_id}"


async def test_a_page_of_people_with_all_that_they_hold_costs_five_statements_for_one_and_for_twenty(
    shop: Settings,
) -> None:
    support = await a_person("support")
    for _ in range(20):
        await a_person("supplier", supplier_id=await a_supplier())

    counts = {}
    for first in (1, 20):
        async with counted_statements(shop) as statements:
            data = await execute(PEOPLE, support, first=first)
        assert all(one["grants"] for one in data["people"]["nodes"])
        counts[first] = len(statements)

    assert counts == {1: 5, 20: 5}, "\n".join(statements)


@pytest.mark.parametrize(("query", "statements_each"), [(SUPPLIERS, 1), (ROLES, 1)])
async def test_a_page_of_suppliers_or_roles_costs_one_statement(
    shop: Settings, query: str, statements_each: int
) -> None:
    support = await a_person("support")
    for _ in range(5):
        await a_supplier()

    for first in (1, 5):
        async with counted_statements(shop) as statements:
            await execute(query, support, first=first)
        assert len(statements) == statements_each, "\n".join(statements)


async def test_who_may_do_what_is_known_without_a_statement(shop: Settings) -> None:
    token = await _token(await a_person("support", channel="main"))
    await authenticate(token)

    async with counted_statements(shop) as statements:
        viewer = await authenticate(token)
        refused = await _code("{ people { nodes { id } } }", viewer)
        allowed = await execute("{ permissions { name } }", viewer)

    assert viewer.limited("orders.read")
    assert (refused, len(allowed["permissions"]), statements) == ("NOT_ALLOWED", len(Permission), [])


async def test_one_thing_behind_a_permission_costs_only_its_own_reading(shop: Settings) -> None:
    token = await _token(await a_person("support"))
    person_id = encode("User", (await a_person()).signed_in())
    await authenticate(token)

    async with counted_statements(shop) as statements:
        await execute("query($id: ID!) { person(id: $id) { email } }", await authenticate(token), id=person_id)

    assert len(statements) == 1, "\n".join(statements)


async def test_permissions_are_described_in_the_language_of_the_request() -> None:
    described = {}
    for language in ("en", "zh-Hans"):
        shown = (await execute("{ permissions { name description } }", Viewer(language=language)))["permissions"]
        described[language] = {one["name"]: one["description"] for one in shown}

    assert described["en"].keys() == {str(one) for one in Permission}
    assert described["en"]["orders.ship"] == "Hand paid orders to a carrier."
    assert all(described["en"][name] != text for name, text in described["zh-Hans"].items())


async def test_a_role_is_granted_for_one_supplier() -> None:
    administrator, person, supplier_id = await a_person("administrator"), await a_person(), await a_supplier()

    made = (await execute(GRANT, administrator, input=await _grant(person, "supplier", supplierId=supplier_id)))[
        "grantRole"
    ]

    assert made == {
        "id": made["id"],
        "userId": encode("User", person.signed_in()),
        "channel": None,
        "supplierId": encode("Supplier", supplier_id),
        "role": {"name": "supplier"},
    }
    assert (await facts_of(person)).grants[0].supplier_id == supplier_id


async def test_what_cannot_be_granted_is_named() -> None:
    manager, person = await a_person_with("roles.write"), await a_person()

    refused = (await execute(GRANT, manager, input=await _grant(person, "analyst")))["grantRole"]

    assert (refused["code"], refused["permissions"]) == (
        "CANNOT_GRANT",
        ["recommendations.read", "reports.request", "segments.read"],
    )
    assert "recommendations.read" in refused["message"]


async def test_bad_input_names_its_field() -> None:
    administrator, person = await a_person("administrator"), await a_person()

    refused = {
        change: (await execute(GRANT, administrator, input=await _grant(person, "support", **{change: value})))[
            "grantRole"
        ]
        for change, value in (("channel", "mars"), ("supplierId", uuid4()))
    }
    role = (await execute(CREATE_ROLE, administrator, input={"name": "A role", "permissions": []}))["createRole"]

    assert (refused["channel"]["field"], refused["channel"]["rule"]) == ("channel", "oneOf")
    assert (refused["supplierId"]["code"], refused["supplierId"]["kind"]) == ("NOT_FOUND", "Supplier")
    assert (role["field"], role["rule"]) == ("name", "characters")


async def test_a_role_is_made_over_the_api() -> None:
    wanted = {"name": f"role_{uuid4().hex}", "permissions": ["orders.ship", "orders.read"]}

    made = (await execute(CREATE_ROLE, await a_person("administrator"), input=wanted))["createRole"]

    assert made == {
        "id": made["id"],
        "name": wanted["name"],
        "permissions": ["orders.read", "orders.ship"],
        "perSupplier": False,
        "builtIn": False,
        "version": 1,
    }


async def test_who_suspends_without_reading_people_is_not_shown_who_it_was() -> None:
    bouncer, person = await a_person_with("people.write"), await a_person()
    wanted = {"personId": encode("User", person.signed_in())}

    done = (await execute(SUSPEND, bouncer, input=wanted))["suspendPerson"]
    code = await _code(SUSPEND.replace("isSuspended", "isSuspended email"), bouncer, input=wanted)

    assert (done["isSuspended"], done["version"], code) == (True, 2, "NOT_ALLOWED")


async def test_a_person_is_read_by_id_and_nobody_is_null() -> None:
    support, person = await a_person("support"), await a_person("analyst")

    found = (await execute(PERSON, support, id=encode("User", person.signed_in())))["person"]
    nobody = (await execute(PERSON, support, id=encode("User", uuid4())))["person"]

    assert (found["grants"], nobody) == ([{"role": {"name": "analyst"}}], None)


async def _grant(person: Viewer, role: str, **more: Any) -> dict[str, Any]:
    given = {name: encode("Supplier", one) if isinstance(one, UUID) else one for name, one in more.items()}
    return {"userId": encode("User", person.signed_in()), "roleId": encode("Role", await role_id(role)), **given}


async def _token(person: Viewer) -> Credentials:
    found = await user(person.signed_in())
    assert found is not None
    return Credentials(f"Bearer {(await open_session_now(found)).access_token}")


async def _code(query: str, viewer: Viewer, **variables: Any) -> str:
    """That of the only refusal."""
    context = Context(viewer, Credentials(), "test", Live())
    result = await schema().execute(query, variable_values=variables, context_value=context)
    assert result.errors is not None
    [error] = result.errors
    assert isinstance(error.original_error, NotAllowed)
    return error.original_error.code

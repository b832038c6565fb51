"""Staff register a partner's program, and it works with the orders that its scopes and limits let it see."""

from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from api.ids import encode
from domain.identity.access.permissions import Permission
from domain.shared.settings import Settings
from tests.api.applications import (
    API_KEY,
    APPLICATION,
    KEY,
    add_key,
    change,
    create_api_key,
    program,
    register,
)
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.applications import a_partner, a_signer, an_api_key
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements

ORDERS = "{ orders(first: 100) { nodes { id lines { sku } total { amount } address { city } } } }"
ORDER = "query ($id: ID!) { order(id: $id) { id } node(id: $id) { id } }"


@pytest_asyncio.fixture
async def staff(api: str) -> Client:
    return await signed_in(api, await a_person("administrator"))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_program_logs_in_and_sees_what_its_scopes_allow(api: str, staff: Client, algorithm: str) -> None:
    order_id = encode("Order", await an_order(await a_person(), await some_goods()))
    application = await register(staff, "orders.read")
    key = await add_key(staff, application, a_signer(algorithm))

    client = await program(api, application["clientId"], a_signer(algorithm))
    found = await client.ask(ORDER, id=order_id)

    assert key["algorithm"] == algorithm
    assert found == {"order": {"id": order_id}, "node": {"id": order_id}}
    shown = await staff.ask(f"query ($id: ID!) {{ application(id: $id) {{ {APPLICATION} }} }}", id=application["id"])
    assert shown["application"]["keys"][0]["lastUsedAt"] is not None


async def test_a_program_of_one_supplier_sees_that_suppliers_lines_alone(api: str, staff: Client) -> None:
    supplier_id, buyer = await a_supplier(), await a_person()
    own, foreign = await some_goods(supplier_id=supplier_id), await some_goods()
    own_order = encode("Order", await an_order(buyer, own))
    foreign_order = encode("Order", await an_order(buyer, foreign))
    application = await register(staff, "orders.read", supplierId=encode("Supplier", supplier_id))
    await add_key(staff, application, a_signer())

    client = await program(api, application["clientId"], a_signer())

    seen = (await client.ask(ORDERS))["orders"]["nodes"]
    assert [(one["id"], [line["sku"] for line in one["lines"]]) for one in seen] == [(own_order, [own.sku])]
    assert await client.ask(ORDER, id=own_order) == {"order": {"id": own_order}, "node": {"id": own_order}}
    assert await client.ask(ORDER, id=foreign_order) == {"order": None, "node": None}


async def test_a_program_without_the_scope_sees_no_orders(api: str, staff: Client) -> None:
    order_id = encode("Order", await an_order(await a_person(), await some_goods()))
    application = await register(staff, "orders.ship", "orders.read")
    await add_key(staff, application, a_signer())

    client = await program(api, application["clientId"], a_signer(), scope="orders.ship")

    assert (await client.ask(ORDERS))["orders"]["nodes"] == []
    assert await client.ask(ORDER, id=order_id) == {"order": None, "node": None}


async def test_what_is_for_people_is_not_for_programs(api: str, staff: Client) -> None:
    application = await register(staff, *sorted(Permission))
    key = await create_api_key(staff, application, *sorted(Permission))
    client = Client(api, key["secret"])

    listed = await client.refusal("{ applications { nodes { id } } }")
    node = await client.ask("query ($id: ID!) { node(id: $id) { id } me { id } }", id=application["id"])

    assert listed["code"] == "NOT_ALLOWED"
    assert node == {"node": None, "me": None}


async def test_an_api_key_works_as_a_bearer_token_until_it_ends(api: str, staff: Client) -> None:
    order_id = encode("Order", await an_order(await a_person(), await some_goods()))
    application = await register(staff, "orders.read", "orders.ship")
    created = await create_api_key(staff, application, "orders.read", expiresAt="2035-01-01T00:00:00Z")
    client = Client(api, created["secret"])

    found = await client.ask(ORDER, id=order_id)
    await change(staff, "endApiKey", f"ApiKey {{ {API_KEY} }}", keyId=created["apiKey"]["id"])

    assert found["order"] == {"id": order_id}
    assert created["secret"].startswith(created["apiKey"]["prefix"])
    assert created["apiKey"]["scopes"] == ["orders.read"]
    made_up = await Client(api, created["secret"][:-1]).post("{ me { id } }")
    assert (made_up.status_code, made_up.json()["errors"][0]["extensions"]["code"]) == (401, "TOKEN_INVALID")


async def test_rotation_shows_a_new_key_and_says_when_the_old_one_ends(api: str, staff: Client) -> None:
    application = await register(staff, "orders.read")
    old = await create_api_key(staff, application, "orders.read")

    shown = f"IssuedApiKey {{ secret apiKey {{ {API_KEY} }} }}"
    new = await change(staff, "rotateApiKey", shown, keyId=old["apiKey"]["id"], overlapSeconds=3600)

    for key in (old["secret"], new["secret"]):
        assert "errors" not in (await Client(api, key).post(ORDERS)).json()
    query = f"query ($id: ID!) {{ application(id: $id) {{ {APPLICATION} }} }}"
    found = (await staff.ask(query, id=application["id"]))["application"]
    assert [one["endsAt"] is None for one in found["apiKeys"]] == [True, False]
    assert found["version"] == 4


async def test_the_secret_is_shown_once(staff: Client) -> None:
    application, key = await register(staff, "orders.read"), str(uuid4())

    first = await create_api_key(staff, application, "orders.read", idempotencyKey=key)
    second = await create_api_key(staff, application, "orders.read", idempotencyKey=key)

    assert second == {"secret": None, "apiKey": first["apiKey"]}


async def test_refusals_have_their_types(staff: Client, api: str) -> None:
    application = await register(staff, "orders.read", "orders.refund")
    key = await add_key(staff, application, a_signer())
    narrow = await signed_in(api, await a_person_with("applications.write", "orders.read"))
    stale = {"applicationId": application["id"], "expectedVersion": 1, "name": "Other"}

    answers = [
        await register(staff, "orders.everything"),
        await register(narrow, "orders.refund"),
        await add_key(staff, application, a_signer()),
        await change(
            staff, "addApplicationKey", "ApplicationKey { id }", applicationId=application["id"], publicKey="x"
        ),
        await change(staff, "updateApplication", "Application { id }", **stale),
        await change(
            staff, "endApplicationKey", f"ApplicationKey {{ {KEY} }}", keyId=encode("ApplicationKey", uuid4())
        ),
        await change(staff, "endApiKey", "ApiKey { id }", keyId=key["id"]),
        await create_api_key(narrow, application, "orders.refund"),
    ]

    assert [one["__typename"] for one in answers] == [
        "InvalidInputError",
        "CannotGrantError",
        "KidTakenError",
        "InvalidInputError",
        "StaleVersionError",
        "NotFoundError",
        "InvalidInputError",
        "CannotGrantError",
    ]
    assert (answers[3]["field"], answers[3]["rule"]) == ("publicKey", "keyFormat")
    assert "orders.refund" in answers[7]["message"]


async def test_who_registered_it_is_seen(api: str) -> None:
    registrar = await a_person("administrator")

    application = await register(await signed_in(api, registrar), "orders.read")

    staff = await signed_in(api, await a_person("administrator"))
    shown = await staff.ask("query ($id: ID!) { application(id: $id) { createdBy } }", id=application["id"])
    assert shown == {"application": {"createdBy": encode("User", registrar.signed_in())}}


async def test_disabling_is_seen(staff: Client) -> None:
    application = await register(staff, "orders.read")

    off = await change(staff, "disableApplication", f"Application {{ {APPLICATION} }}", applicationId=application["id"])
    on = await change(staff, "enableApplication", f"Application {{ {APPLICATION} }}", applicationId=application["id"])

    assert (off["disabledAt"] is None, on["disabledAt"]) == (False, None)


@pytest.mark.parametrize("role", ["customer", "support"])
async def test_others_neither_see_nor_change_applications(api: str, staff: Client, role: str) -> None:
    application = await register(staff, "orders.read")
    somebody = await signed_in(api, await a_person(role))
    end = "mutation ($i: EndApiKeyInput!) { endApiKey(input: $i) { ... on ApiKey { id } } }"

    refused = [
        await somebody.refusal("{ applications { nodes { id } } }"),
        await somebody.refusal("query ($id: ID!) { application(id: $id) { id } }", id=application["id"]),
        await somebody.refusal(end, i={"keyId": encode("ApiKey", uuid4())}),
        await Client(api).refusal("{ applications { nodes { id } } }"),
    ]

    assert [one["code"] for one in refused] == ["NOT_ALLOWED"] * 3 + ["NOT_SIGNED_IN"]
    assert await somebody.ask("query ($id: ID!) { node(id: $id) { id } }", id=application["id"]) == {"node": None}


async def test_the_list_has_pages(api: str) -> None:
    supplier_id = await a_supplier()
    staff = await signed_in(api, await a_person_with("applications.write", "orders.read", supplier_id=supplier_id))
    made = [await register(staff, "orders.read", supplierId=encode("Supplier", supplier_id)) for _ in range(3)]
    query = """query ($after: String) { applications(first: 2, after: $after) {
        nodes { id keys { id } apiKeys { id } } pageInfo { hasNextPage endCursor } } }"""

    first = (await staff.ask(query))["applications"]
    rest: Any = (await staff.ask(query, after=first["pageInfo"]["endCursor"]))["applications"]

    assert [one["id"] for one in first["nodes"] + rest["nodes"]] == [one["id"] for one in made[::-1]]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_list_with_all_keys_costs_three_statements_for_one_and_for_ten(shop: Settings) -> None:
    supplier_id = await a_supplier()
    viewer = await a_person_with("applications.write", supplier_id=supplier_id)
    for _ in range(10):
        await a_partner(supplier_id=supplier_id)
        await an_api_key(supplier_id=supplier_id)
    query = "query ($first: Int!) { applications(first: $first) { nodes { keys { kid } apiKeys { prefix } } } }"

    counts = {}
    for first in (1, 10):
        async with counted_statements(shop) as statements:
            data = await execute(query, viewer, first=first)
        assert len(data["applications"]["nodes"]) == first
        counts[first] = len(statements)

    assert counts == {1: 3, 10: 3}, "\n".join(statements)

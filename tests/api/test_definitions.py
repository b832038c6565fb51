"""Attributes, choices and product types, as the back office asks for them."""

from typing import Any
from uuid import uuid4

from api.ids import encode
from domain.catalog.attributes.facts import AttributeKind
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.api.operations import execute
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.people import a_person
from tests.statements import counted_statements

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
ATTRIBUTE = "id code name valueKind unit refersTo isFilterable version choices { id code name }"
TYPE = f"id code name version attributes {{ isRequired attribute {{ {ATTRIBUTE} }} }}"
ATTRIBUTES = f"""query($first: Int!, $after: String) {{ attributes(first: $first, after: $after) {{
    nodes {{ {ATTRIBUTE} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
TYPES = f"query($first: Int!) {{ productTypes(first: $first) {{ nodes {{ {TYPE} }} }} }}"
NODE = "query($id: ID!) { node(id: $id) { ... on Attribute { code } ... on ProductType { code } } }"


def mutation(name: str, shown: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {shown} {ERRORS} }} }}"


async def change(name: str, shown: str, viewer: Viewer, /, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await execute(mutation(name, shown), viewer, input=given))[name]
    return answer


async def test_an_attribute_with_choices_is_made_changed_and_removed() -> None:
    manager, code, shown = (
        await a_person("catalogue_manager"),
        f"wood-{uuid4().hex}",
        f"... on Attribute {{ {ATTRIBUTE} }}",
    )
    oak = {"code": "oak", "name": "Oak", "translations": [{"field": "name", "language": "zh-Hans", "value": "橡木"}]}

    made = await change("createAttribute", shown, manager, code=code, kind="CHOICE", name="Wood", choices=[oak])
    await change("addChoice", shown, manager, attributeId=made["id"], choice={"code": "ash", "name": "Ash"}, position=0)
    renamed = await change("updateChoice", shown, manager, choiceId=made["choices"][0]["id"], name="Solid oak")
    fewer = await change("removeChoice", shown, manager, choiceId=renamed["choices"][0]["id"])
    hidden = await change("updateAttribute", shown, manager, attributeId=made["id"], isFilterable=False)
    removed = await change(
        "removeAttribute", "... on AttributeRemoved { attributeId }", manager, attributeId=made["id"]
    )

    assert (made["code"], made["valueKind"], made["version"]) == (code, "CHOICE", 1)
    assert [one["name"] for one in renamed["choices"]] == ["Ash", "Solid oak"]
    assert [one["code"] for one in fewer["choices"]] == ["oak"]
    assert (hidden["isFilterable"], hidden["version"]) == (False, 5)
    assert removed == {"attributeId": made["id"]}


async def test_a_type_is_made_changed_and_removed() -> None:
    manager, (attribute, code) = await a_person("catalogue_manager"), await an_attribute(AttributeKind.CHOICE, "oak")
    shown, given = f"... on ProductType {{ {TYPE} }}", {"attributeId": encode("Attribute", attribute)}

    made = await change("createProductType", shown, manager, code=f"t-{uuid4().hex}", name="Chair")
    changed = await change(
        "updateProductType", shown, manager, productTypeId=made["id"], attributes=[{**given, "isRequired": True}]
    )
    removed = await change(
        "removeProductType", "... on ProductTypeRemoved { productTypeId }", manager, productTypeId=made["id"]
    )

    assert (made["name"], made["attributes"]) == ("Chair", [])
    assert [(one["isRequired"], one["attribute"]["code"]) for one in changed["attributes"]] == [(True, code)]
    assert changed["attributes"][0]["attribute"]["choices"][0]["name"] == "Oak"
    assert removed == {"productTypeId": made["id"]}


async def test_bad_ids_and_values_are_refused_by_field_and_rule() -> None:
    manager = await a_person("catalogue_manager")

    wrong = await change(
        "createProductType", "", manager, code="chair", name="Chair", attributes=[{"attributeId": "bm9uc2Vuc2U="}]
    )
    unit = await change("createAttribute", "", manager, code="c", kind="TEXT", name="C", unit="kg")
    _, taken = await an_attribute()
    twice = await change(
        "createAttribute", "... on CodeTakenError { taken }", manager, code=taken, kind="TEXT", name="C"
    )

    assert (wrong["field"], wrong["rule"]) == ("attributes.0.attributeId", "id")
    assert (unit["field"], unit["rule"], unit["limit"]) == ("unit", "onlyFor", "number")
    assert (twice["__typename"], twice["taken"]) == ("CodeTakenError", taken)


async def test_lists_go_on_behind_their_cursors_and_things_are_found_by_their_ids() -> None:
    for _ in range(2):
        await an_attribute()
    kind = await a_product_type()

    first = (await execute(ATTRIBUTES, first=1))["attributes"]
    second = (await execute(ATTRIBUTES, first=1, after=first["pageInfo"]["endCursor"]))["attributes"]
    found = await execute(NODE, id=encode("ProductType", kind))

    assert first["pageInfo"]["hasNextPage"]
    assert first["nodes"][0]["code"] < second["nodes"][0]["code"]
    assert found["node"]["code"].startswith("t-")


async def test_lists_of_definitions_cost_three_statements_for_one_and_for_many(shop: Settings) -> None:
    for _ in range(5):
        await a_product_type((await an_attribute(AttributeKind.CHOICE, "oak", "ash"))[0])

    counts = []
    for query, first in ((ATTRIBUTES, 1), (ATTRIBUTES, 5), (TYPES, 1), (TYPES, 5)):
        async with counted_statements(shop) as statements:
            await execute(query, first=first)
        counts.append(len(statements))

    assert counts == [3, 3, 3, 3]

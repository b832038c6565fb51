"""Translating the catalogue, as translators and suppliers ask for it."""

from typing import Any

from api.ids import encode
from domain.catalog.categories.edit_categories import UpdateCategory, update_category
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM, Viewer
from tests.api.operations import execute
from tests.factories.definitions import a_category
from tests.factories.goods import some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
TEXTS = "id textKind version texts { field language value digest isStale }"
SET = f"""mutation($input: SetTranslationsInput!) {{ setTranslations(input: $input) {{
    ... on Texts {{ {TEXTS} }} {ERRORS} }} }}"""
OF_THING = f"query($id: ID!) {{ texts(id: $id) {{ {TEXTS} }} }}"
PROGRESS = "{ translationProgress { textKind language total translated missing stale } }"
UNTRANSLATED = """query($kind: TextKind, $state: TranslationState, $first: Int!, $after: String) {
    untranslated(language: "zh-Hans", kind: $kind, state: $state, first: $first, after: $after) {
    nodes { id textKind field name source sourceDigest translation state } pageInfo { hasNextPage endCursor } } }"""
FIELDS = "{ translatableFields { textKind field longest isOneLine } }"


async def translate(viewer: Viewer, id: str, value: str, **more: Any) -> dict[str, Any]:
    given = {"field": "name", "language": "zh-Hans", "value": value, **more}
    answer: dict[str, Any] = (await execute(SET, viewer, input={"id": id, "translations": [given]}))["setTranslations"]
    return answer


async def test_a_translation_is_set_read_and_flagged_when_its_source_changes() -> None:
    manager, tea = await a_person("catalogue_manager"), await a_category("Tea")
    source = (await execute(OF_THING, manager, id=encode("Category", tea)))["texts"]["texts"][0]

    answer = await translate(manager, encode("Category", tea), "茶", sourceDigest=source["digest"])
    await update_category(PLATFORM, UpdateCategory(tea, name="Green tea"))
    later = (await execute(OF_THING, manager, id=encode("Category", tea)))["texts"]

    assert (answer["textKind"], answer["version"]) == ("CATEGORY", 2)
    assert [(one["language"], one["value"], one["isStale"]) for one in answer["texts"]] == [
        ("en", "Tea", False),
        ("zh-Hans", "茶", False),
    ]
    assert [one["isStale"] for one in later["texts"]] == [False, True]


async def test_a_translator_works_through_the_list_and_progress_follows(shop: Settings) -> None:
    supplier = await a_supplier()
    goods = await some_goods(supplier_id=supplier)
    seller = await a_person_with("catalogue.write", supplier_id=supplier)
    await translate(seller, encode("Product", goods.product_id), "", field="name")
    await translate(seller, encode("Product", goods.product_id), "", field="description")
    before = (await execute(PROGRESS, seller))["translationProgress"]

    async with counted_statements(shop) as statements:
        page = (await execute(UNTRANSLATED, seller, first=1))["untranslated"]
    (text,) = page["nodes"]
    await translate(seller, text["id"], "泡茶", field=text["field"], sourceDigest=text["sourceDigest"])
    rest = (await execute(UNTRANSLATED, seller, first=1, after=page["pageInfo"]["endCursor"]))["untranslated"]
    after = (await execute(PROGRESS, seller))["translationProgress"]

    chinese = [next(one for one in found if one["language"] == "zh-Hans") for found in (before, after)]
    assert [(one["total"], one["translated"], one["missing"]) for one in chinese] == [(2, 0, 2), (2, 1, 1)]
    assert (text["field"], text["source"], text["name"], text["state"]) == (
        "description",
        "Holds tea.",
        "Tea pot",
        "MISSING",
    )
    assert [one["field"] for one in rest["nodes"]] == ["name"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert len(statements) == 1


async def test_somebody_elses_product_answers_as_a_missing_one() -> None:
    seller, goods = await a_person_with("catalogue.write", supplier_id=await a_supplier()), await some_goods()

    shown = (await execute(OF_THING, seller, id=encode("Product", goods.product_id)))["texts"]
    refused = await translate(seller, encode("Product", goods.product_id), "壶")

    assert shown is None
    assert refused["__typename"] == "NotFoundError"


async def test_bad_input_is_refused_by_field_and_rule_in_the_callers_language() -> None:
    manager, tea = await a_person("catalogue_manager"), encode("Category", await a_category("Tea"))
    chinese = Viewer(user_id=manager.user_id, permissions=manager.permissions, language="zh-Hans")

    source = await translate(chinese, tea, "Tea", language="en")
    textless = await translate(manager, encode("Order", await a_category()), "茶")
    foreign = await translate(manager, tea, "T", language="tlh")

    assert (source["field"], source["rule"]) == ("translations.0.language", "sourceLanguage")
    assert "店铺" in source["message"]
    assert (textless["field"], textless["rule"]) == ("id", "id")
    assert (foreign["field"], foreign["rule"]) == ("translations.0.language", "oneOf")


async def test_the_fields_that_can_be_translated_are_told() -> None:
    found = (await execute(FIELDS))["translatableFields"]

    assert {"textKind": "PRODUCT", "field": "name", "longest": 300, "isOneLine": True} in found
    assert {"textKind": "PRODUCT", "field": "attribute.", "longest": 5000, "isOneLine": False} in found
    assert {one["textKind"] for one in found} >= {"MEDIA", "OPTION_VALUE", "CHOICE"}

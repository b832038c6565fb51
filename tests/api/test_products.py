from typing import Any
from uuid import UUID

from api.ids import decode, encode
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import ProductChange
from domain.catalog.texts.queries import option_text_id
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import run, transaction, value
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.products import (
    ARCHIVED,
    a_catalogue_manager,
    a_category,
    a_new_product,
    a_supplying_person,
    a_variant,
    stored,
    supplier_of,
)
from tests.statements import counted_statements

PRODUCT = """query($id: ID, $slug: String) { product(id: $id, slug: $slug) {
    id slug name description productType tags category { slug } rating { average count }
    attributes { code kind unit value display }
    variants { id productId sku barcode weightGrams available options { name value sourceName sourceValue }
               price { amount } compareAtPrice { amount } }
    media { id } management { version approval approvalNote externalId publications { channel status liveFrom } } } }"""
SHOWN = (
    "... on Product { id slug name management { version approval publications { channel status } } variants { sku } }"
)
ERRORS = "__typename ... on Error { code message } ... on InvalidInputError { field rule }"
STALE = "... on StaleVersionError { current }"
CREATE = f"mutation($input: CreateProductInput!) {{ createProduct(input: $input) {{ {SHOWN} {ERRORS} }} }}"
UPDATE = f"mutation($input: UpdateProductInput!) {{ updateProduct(input: $input) {{ {SHOWN} {ERRORS} {STALE} }} }}"
STAFF = """query($first: Int!, $after: String, $filter: StaffProductFilter) {
    staffProducts(first: $first, after: $after, filter: $filter) {
        nodes { id slug management { approval version publications { channel status } } tags
                attributes { code name } media { id } category { name }
                variants { sku available price { amount } options { name } } }
        edges { cursor } pageInfo { hasNextPage endCursor } } }"""


def _new(category_id: UUID, **given: Any) -> dict[str, Any]:
    return {
        "name": "Tea pot",
        "categoryId": encode("Category", category_id),
        "variants": [{"sku": f"SKU-{new_id().hex}", "options": [{"name": "Size", "value": "M"}]}],
        **given,
    }


async def test_a_supplier_offers_a_product_and_sees_it_before_anybody_else_does(api: str) -> None:
    supplier = await a_supplying_person()
    own, buyer = await signed_in(api, supplier), Client(api)
    given = _new(
        await a_category(),
        description="Holds tea.",
        translations=[{"language": "zh-Hans", "field": "name", "value": "茶壶"}],
        publications=[{"channel": "main", "status": "LIVE"}],
        tags=["gift"],
    )

    made = (await own.ask(CREATE, input=given))["createProduct"]
    shown = (await own.ask(PRODUCT, slug=made["slug"]))["product"]

    assert made["management"] == {
        "version": 1,
        "approval": "WAITING",
        "publications": [{"channel": "main", "status": "LIVE"}],
    }
    assert (shown["name"], shown["description"], shown["tags"]) == ("Tea pot", "Holds tea.", ["gift"])
    assert (await buyer.ask(PRODUCT, id=made["id"]))["product"] is None
    manager = await signed_in(api, await a_catalogue_manager())
    approve = f"mutation($input: ApproveProductInput!) {{ approveProduct(input: $input) {{ {SHOWN} {ERRORS} }} }}"
    await manager.ask(approve, input={"productId": made["id"], "expectedVersion": 1})
    bought = (await Client(api, language="zh-Hans").ask(PRODUCT, id=made["id"]))["product"]
    assert (bought["name"], bought["management"]) == ("茶壶", None)


async def test_bad_input_and_refusals_are_answers_in_the_language_asked_for(api: str) -> None:
    viewer, category_id = await a_catalogue_manager(), await a_category()
    client = await signed_in(api, viewer, language="zh-Hans")
    made = await stored(await a_new_product(slug=f"slug-{new_id().hex}", variants=[a_variant(sku=f"x-{new_id().hex}")]))
    supplier = encode("Supplier", await value("SELECT supplier_id FROM product WHERE id = $1", made.id))
    base = _new(category_id, supplierId=supplier)

    for given, code, place in (
        ({"name": " "}, "INVALID_INPUT", ("name", "required")),
        ({"supplierId": None}, "INVALID_INPUT", ("supplierId", "required")),
        ({"variants": []}, "INVALID_INPUT", ("variants", "range")),
        ({"variants": [{"sku": next(iter(made.variant_ids))}]}, "SKU_TAKEN", None),
        ({"categoryId": encode("Category", new_id())}, "NOT_FOUND", None),
        ({"categoryId": "x"}, "INVALID_INPUT", ("categoryId", "id")),
        ({"attributes": [{"code": "a", "value": "1"}] * 2}, "INVALID_INPUT", ("attributes.1", "twice")),
        ({"translations": [{"language": "en", "field": "name", "value": "x"}]}, "INVALID_INPUT", None),
        ({"publications": [{"channel": "main", "status": "SCHEDULED"}]}, "INVALID_INPUT", None),
    ):
        refused = (await client.ask(CREATE, input=base | given))["createProduct"]
        assert refused["code"] == code, given
        assert any("\u4e00" <= one <= "\u9fff" for one in refused["message"]), refused
        if place:
            assert (refused["field"], refused["rule"]) == place
    stale = {"productId": encode("Product", made.id), "tags": ["x"], "expectedVersion": 7}
    assert (await client.ask(UPDATE, input=stale))["updateProduct"]["current"] == 1


async def test_variants_are_added_changed_and_removed_one_by_one(api: str) -> None:
    client = await signed_in(api, await a_catalogue_manager())
    made = await stored(await a_new_product(variants=[a_variant(options={"Size": "S"})]))
    (first,) = made.variant_ids.values()
    sku = f"L-{new_id().hex}"
    add = f"mutation($input: AddVariantInput!) {{ addVariant(input: $input) {{ {SHOWN} {ERRORS} }} }}"
    change = f"mutation($input: UpdateVariantInput!) {{ updateVariant(input: $input) {{ {SHOWN} {ERRORS} }} }}"
    remove = f"mutation($input: RemoveVariantInput!) {{ removeVariant(input: $input) {{ {SHOWN} {ERRORS} }} }}"
    variant = {"sku": sku, "options": [{"name": "Size", "value": "L"}]}

    added = await client.ask(add, input={"productId": encode("Product", made.id), "variant": variant})
    changed = await client.ask(change, input={"variantId": encode("Variant", first), "sku": f"{sku}-2"})
    removed = await client.ask(remove, input={"variantId": encode("Variant", first), "expectedVersion": 3})

    assert [one["sku"] for one in added["addVariant"]["variants"]] == [*made.variant_ids, sku]
    assert [one["sku"] for one in changed["updateVariant"]["variants"]] == [f"{sku}-2", sku]
    assert [one["sku"] for one in removed["removeVariant"]["variants"]] == [sku]
    assert removed["removeVariant"]["management"]["version"] == 4


async def test_a_product_is_archived_and_removed(api: str) -> None:
    client = await signed_in(api, await a_catalogue_manager())
    id = encode("Product", (await stored(await a_new_product())).id)
    archive = f"mutation($input: ArchiveProductInput!) {{ archiveProduct(input: $input) {{ {SHOWN} {ERRORS} }} }}"
    remove = """mutation($input: RemoveProductInput!) { removeProduct(input: $input) {
        ... on ProductRemoved { productId } ... on ProductOnSaleError { channels } } }"""

    live = await client.ask(remove, input={"productId": id})
    await client.ask(archive, input={"productId": id})
    gone = await client.ask(remove, input={"productId": id})

    assert live["removeProduct"] == {"channels": ["main"]}
    assert gone["removeProduct"] == {"productId": id}
    assert (await client.ask(PRODUCT, id=id))["product"] is None


async def test_what_is_said_of_a_product_is_shown_in_the_language_asked_for(api: str) -> None:
    wood, code = await an_attribute(AttributeKind.CHOICE, "oak")
    number, weight = await an_attribute(AttributeKind.NUMBER)
    flag, dry = await an_attribute(AttributeKind.BOOLEAN)
    kind = await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(wood, number, flag))
    given = {code: "oak", weight: "1250.5", dry: "true"}
    size, colour = f"Size {new_id().hex[:8]}", f"navy {new_id().hex[:8]}"
    made = await stored(
        await a_new_product(product_type=kind, attributes=given, variants=[a_variant(options={size: colour})])
    )
    async with transaction():
        await store_texts(
            [
                TextChange("option", option_text_id(size), "name", "zh-Hans", "尺码"),
                TextChange("option_value", option_text_id(size, colour), "name", "zh-Hans", "藏青"),
            ]
        )

    english = (await Client(api).ask(PRODUCT, id=encode("Product", made.id)))["product"]
    chinese = (await Client(api, language="zh-Hans").ask(PRODUCT, id=encode("Product", made.id)))["product"]

    shown = [(one["value"], one["display"]) for one in english["attributes"]]
    assert shown == [("oak", "Oak"), ("1250.5", "1,250.5"), ("true", "Yes")]
    assert chinese["attributes"][2]["display"] == "是"
    option = {"sourceName": size, "sourceValue": colour}
    assert english["variants"][0]["options"] == [{"name": size, "value": colour, **option}]
    assert chinese["variants"][0]["options"] == [{"name": "尺码", "value": "藏青", **option}]


async def test_a_former_slug_leads_to_the_product_and_a_variant_has_a_node_of_its_own(api: str) -> None:
    goods, client = await some_goods(), Client(api)
    await stored(ProductChange(product_id=goods.product_id, slug=f"new-{goods.slug}"))
    await run("UPDATE price SET compare_at_minor = 2000 WHERE variant_id = $1 AND currency = 'EUR'", goods.variant_id)
    node = """query($id: ID!) { node(id: $id) { id ... on Variant {
        sku productId price { minor } compareAtPrice { minor } } } }"""

    found = (await client.ask(PRODUCT, slug=goods.slug))["product"]
    variant = (await client.ask(node, id=encode("Variant", goods.variant_id)))["node"]

    assert found["slug"] == f"new-{goods.slug}"
    assert variant == {
        "id": encode("Variant", goods.variant_id),
        "sku": goods.sku,
        "productId": found["id"],
        "price": {"minor": 1250},
        "compareAtPrice": {"minor": 2000},
    }
    await stored(ProductChange(product_id=goods.product_id, publications={"main": ARCHIVED}))
    assert (await client.ask(node, id=encode("Variant", goods.variant_id)))["node"] is None
    assert (await client.ask(PRODUCT, slug=goods.slug))["product"] is None


async def test_the_staff_list_is_paged_filtered_and_for_those_who_write_the_catalogue(api: str) -> None:
    supplier = await a_supplying_person()
    own = await signed_in(api, supplier)
    made = [
        (await stored(await a_new_product(supplier_id=supplier_of(supplier)), viewer=supplier)).id for _ in range(3)
    ]
    seen, after = [], None

    for _ in made:
        page = (await own.ask(STAFF, first=1, after=after, filter={"approval": "WAITING"}))["staffProducts"]
        seen += [decode("Product", one["id"], field="id") for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]

    assert seen == made[::-1]
    assert page["pageInfo"]["hasNextPage"] is False
    assert (await (await signed_in(api, await a_person())).refusal(STAFF, first=1))["code"] == "NOT_ALLOWED"
    assert (await Client(api).refusal(STAFF, first=1))["code"] == "NOT_SIGNED_IN"
    foreign = await own.refusal(STAFF, first=1, after="WyJvcmRlcnMiLDFd")
    assert (foreign["code"], foreign["field"]) == ("INVALID_INPUT", "after")


async def test_a_staff_list_costs_the_same_for_one_and_for_thirty(shop: Settings) -> None:
    wood, code = await an_attribute(AttributeKind.CHOICE, "oak")
    kind = await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(wood))
    supplier = await a_supplying_person()
    for _ in range(30):
        await stored(
            await a_new_product(supplier_id=supplier_of(supplier), product_type=kind, attributes={code: "oak"})
        )
    counts = {}

    for first in (1, 30):
        async with counted_statements(shop) as statements:
            data = await execute(STAFF, supplier, first=first, filter=None, after=None)
        assert len(data["staffProducts"]["nodes"]) == first
        counts[first] = len(statements)

    assert counts == {1: 14, 30: 14}, "\n".join(statements)


async def test_making_a_product_costs_the_same_whatever_its_variants(shop: Settings) -> None:
    viewer, category_id = await a_supplying_person(), await a_category()
    await execute(CREATE, viewer, input=_new(category_id))
    counts = {}

    for size in (1, 30):
        names = [f"{number}-{new_id().hex}" for number in range(size)]
        variants = [{"sku": name, "options": [{"name": "Size", "value": name}]} for name in names]
        async with counted_statements(shop) as statements:
            data = await execute(CREATE, viewer, input=_new(category_id, variants=variants))
        assert len(data["createProduct"]["variants"]) == size
        counts[size] = len(statements)

    assert counts[1] == counts[30] < 35, "\n".join(statements)


async def test_what_is_wrong_is_named_by_its_place_in_the_input(api: str) -> None:
    manager = await signed_in(api, await a_catalogue_manager())
    number_id, number = await an_attribute(AttributeKind.NUMBER)
    kind = await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(number_id))
    made = await stored(await a_new_product(product_type=kind))
    good = {"channel": "main", "status": "LIVE"}
    wrong: list[tuple[dict[str, Any], str]] = [
        (
            {"translations": [{"language": "zh-Hans", "field": "name", "value": "壶"}, _text("xx")]},
            "translations.1.language",
        ),
        ({"translations": [{"language": "zh-Hans", "field": "nam", "value": "壶"}]}, "translations.0.field"),
        ({"translations": [{"language": "zh-Hans", "field": "name", "value": "a\a"}]}, "translations.0.value"),
        ({"translations": [_text("zh-Hans"), _text("zh-Hans")]}, "translations.1"),
        ({"translations": [_text("en")]}, "translations.0.language"),
        ({"publications": [good, {"channel": "mian", "status": "LIVE"}]}, "publications.1"),
        ({"publications": [{"channel": "main", "status": "SCHEDULED"}]}, "publications.0.liveFrom"),
        ({"attributes": [{"code": number, "value": "heavy"}]}, "attributes.0"),
        ({"attributes": [{"code": "no-such", "value": "1"}]}, "attributes.0"),
        ({"attributes": [{"code": number, "value": "1"}, {"code": number, "value": "2"}]}, "attributes.1"),
        ({"tags": ["a", ""]}, "tags.1"),
    ]
    for given, field in wrong:
        refused = (await manager.ask(UPDATE, input={"productId": encode("Product", made.id), **given}))["updateProduct"]

        assert (refused["__typename"], refused["field"]) == ("InvalidInputError", field), given

    archive = f"mutation($input: ArchiveProductInput!) {{ archiveProduct(input: $input) {{ {ERRORS} }} }}"
    channels = {"productId": encode("Product", made.id), "channels": ["main", "mian"]}
    assert (await manager.ask(archive, input=channels))["archiveProduct"]["field"] == "channels.1"


def _text(language: str) -> dict[str, str]:
    return {"language": language, "field": "name", "value": "Pot"}

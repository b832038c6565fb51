import unicodedata
from uuid import uuid4

import pytest

from domain.catalog.products.change import ProductChange, VariantChange
from domain.catalog.products.errors import SkuTaken, SlugTaken, VariantInUse
from domain.catalog.products.states import Outcome, StoredProduct
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from tests.factories.people import a_person, a_supplier
from tests.factories.products import (
    LIVE,
    a_catalogue_manager,
    a_category,
    a_new_product,
    a_supplying_person,
    a_variant,
    listed_in,
    product_row,
    stored,
    stored_many,
    supplier_of,
)
from tests.statements import counted_statements


async def test_a_product_is_made_with_texts_variants_and_publications_and_is_listed() -> None:
    change = await a_new_product(
        external_id="pot 1",
        tags=["Tea", "tea", "Gift"],
        texts={("name", "en"): "Crème pot", ("name", "zh-Hans"): "茶壶", ("description", "en"): "Holds tea."},
        variants=[
            a_variant(sku=f"A-{new_id().hex}", options={"Size": "M", "Colour": "red"}, barcode="123", weight_grams=900),
            a_variant(options={"colour": "blue", "size": "M"}),
        ],
    )

    made = await stored(change)

    row = await product_row(made.id)
    assert (made.outcome, made.version, row["version"]) == (Outcome.CREATED, 1, 1)
    assert row["slug"].startswith("creme-pot")
    assert (row["tags"], row["options"], row["external_id"]) == ('["Tea", "Gift"]', '["Size", "Colour"]', "pot 1")
    variants = await rows("SELECT * FROM variant WHERE product_id = $1 ORDER BY position", made.id)
    assert [one["options"] for one in variants] == ['{"Size": "M", "Colour": "red"}', '{"Size": "M", "Colour": "blue"}']
    assert (variants[0]["barcode"], variants[0]["weight_grams"]) == ("123", 900)
    assert {one.sku: made.variant_ids[one.sku] for one in change.variants if one.sku} == {
        one["sku"]: one["id"] for one in variants
    }
    assert await listed_in(made.id) == ["main"]
    texts = await rows("SELECT field, language, value FROM catalog_text WHERE owner_id = $1 ORDER BY 1, 2", made.id)
    assert [tuple(one) for one in texts] == [
        ("description", "en", "Holds tea."),
        ("name", "en", "Crème pot"),
        ("name", "zh-Hans", "茶壶"),
    ]


async def test_each_write_leaves_its_audit_entry_and_its_event() -> None:
    manager = await a_catalogue_manager()

    made = await stored(await a_new_product(), viewer=manager)
    await stored(ProductChange(product_id=made.id, tags=["new"]), viewer=manager)

    entries = await rows("SELECT * FROM audit_entry WHERE subject_id = $1 ORDER BY serial", made.id)
    events = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", made.id)
    assert [(one["action"], one["actor_id"]) for one in entries] == [
        ("createProduct", manager.user_id),
        ("updateProduct", manager.user_id),
    ]
    assert (entries[1]["before"], entries[1]["after"]) == (
        '{"tags":[],"version":1}',
        '{"tags":["new"],"version":2}',
    )
    assert [tuple(one) for one in events] == [("product.created", 1), ("product.changed", 2)]


async def test_the_same_again_by_external_id_changes_nothing_and_a_difference_changes_only_that() -> None:
    change = await a_new_product(external_id="again", tags=["a"])
    made = await stored(change)

    again = await stored(change)
    other = await stored(
        ProductChange(supplier_id=change.supplier_id, external_id="again", texts={("name", "en"): "Other name"})
    )

    assert (again.id, again.outcome, again.version) == (made.id, Outcome.UNCHANGED, 1)
    assert again.variant_ids == made.variant_ids
    assert (other.id, other.outcome, other.version) == (made.id, Outcome.CHANGED, 2)
    assert (await product_row(made.id))["tags"] == '["a"]'
    assert await value("SELECT names->>'en' FROM product_listing WHERE product_id = $1", made.id) == "Other name"
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1", made.id) == 2


async def test_one_refusal_writes_nothing_of_its_own_product_and_all_of_the_others() -> None:
    supplier_id, category_id = await a_supplier(), await a_category()
    taken = a_variant()
    first = await a_new_product(supplier_id=supplier_id, category_id=category_id, variants=[taken])
    second = await a_new_product(
        supplier_id=supplier_id, category_id=category_id, external_id="second", variants=[taken]
    )
    third = await a_new_product(supplier_id=supplier_id, category_id=uuid4())
    fourth = await a_new_product(supplier_id=supplier_id, category_id=category_id)

    made, same_sku, no_category, made_too = await stored_many([first, second, third, fourth])

    assert isinstance(made, StoredProduct)
    assert isinstance(same_sku, SkuTaken)
    assert isinstance(no_category, NotFound)
    assert isinstance(made_too, StoredProduct)
    found = await rows("SELECT id FROM product WHERE supplier_id = $1", supplier_id)
    assert {one["id"] for one in found} == {made.id, made_too.id}


async def test_as_many_statements_for_a_hundred_products_as_for_one(shop: Settings) -> None:
    supplier_id, category_id = await a_supplier(), await a_category()

    async def batch(size: int) -> int:
        changes = [
            await a_new_product(
                supplier_id=supplier_id,
                category_id=category_id,
                external_id=f"{new_id()}",
                variants=[a_variant(options={"Size": size}) for size in ("S", "M")],
            )
            for _ in range(size)
        ]
        async with counted_statements(shop) as made:
            await stored_many(changes)
        async with counted_statements(shop) as unchanged:
            await stored_many(changes)
        return len(made) * 1_000 + len(unchanged)

    await batch(1)

    assert await batch(100) == await batch(1)


async def test_names_that_are_alike_get_slugs_that_are_not() -> None:
    name = f"Pot {new_id().hex}"
    changes = [await a_new_product(texts={("name", "en"): name}) for _ in range(3)]

    answers = await stored_many([*changes[:2]]) + await stored_many([changes[2]])

    slugs = [(await product_row(one.id))["slug"] for one in answers if isinstance(one, StoredProduct)]
    base = name.lower().replace(" ", "-")
    assert slugs == [base, f"{base}-2", f"{base}-3"]


async def test_a_slug_or_sku_of_somebody_else_is_refused_whatever_its_case() -> None:
    slug, sku = f"slug-{new_id().hex}", f"sku-{new_id().hex}"
    await stored(await a_new_product(slug=slug, variants=[a_variant(sku=sku)]))

    with pytest.raises(SlugTaken):
        await stored(await a_new_product(slug=slug))
    with pytest.raises(SkuTaken):
        await stored(await a_new_product(variants=[a_variant(sku=sku.upper())]))


async def test_what_is_given_twice_in_one_batch_is_refused_the_second_time() -> None:
    change = await a_new_product(external_id="twice", slug=f"slug-{new_id().hex}")
    same_slug = await a_new_product(slug=change.slug)
    made = await stored(await a_new_product())
    changed = ProductChange(product_id=made.id, tags=["x"])

    answers = await stored_many([change, change, same_slug, changed, changed])

    assert [type(one) for one in answers] == [StoredProduct, InvalidInput, SlugTaken, StoredProduct, InvalidInput]


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"texts": {}}, "name", "required"),
        ({"texts": {("name", "en"): "x" * 301}}, "name", "length"),
        ({"texts": {("name", "en"): "Pot", ("name", "xx"): "?"}}, "translations.xx.name.language", "oneOf"),
        ({"category_id": None}, "categoryId", "required"),
        ({"supplier_id": None}, "supplierId", "required"),
        ({"slug": "Not A Slug"}, "slug", "characters"),
        ({"product_type": "nothing"}, "productType", "oneOf"),
        ({"attributes": {"colour": "red"}}, "attributes.colour", "unknownAttribute"),
        ({"tags": ["a\nb"]}, "tags.0", "printable"),
        ({"tags": [f"{n}" for n in range(251)]}, "tags", "most"),
        ({"external_id": "x" * 121}, "externalId", "length"),
        ({"publications": {"nowhere": LIVE}}, "publications.nowhere", "oneOf"),
    ],
)
async def test_bad_input_is_named_by_field_and_rule(given: dict[str, object], field: str, rule: str) -> None:
    change = await a_new_product(**given)

    with pytest.raises(InvalidInput) as refused:
        await stored(change)

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_a_change_of_another_version_is_refused_with_the_present_one() -> None:
    made = await stored(await a_new_product())

    with pytest.raises(StaleVersion) as refused:
        await stored(ProductChange(product_id=made.id, tags=["late"], expected_version=3))

    assert (refused.value.expected, refused.value.current) == (3, 1)


async def test_suppliers_make_and_change_their_own_products_and_find_no_others() -> None:
    viewer = await a_supplying_person()
    own = await stored(await a_new_product(supplier_id=supplier_of(viewer)), viewer=viewer)
    foreign = await stored(await a_new_product(external_id="foreign"))
    foreign_supplier = (await product_row(foreign.id))["supplier_id"]

    for change in (
        ProductChange(product_id=foreign.id, tags=["mine"]),
        ProductChange(product_id=uuid4(), tags=["mine"]),
        ProductChange(product_id=own.id, supplier_id=foreign_supplier),
        ProductChange(supplier_id=foreign_supplier, external_id="foreign", tags=["mine"]),
        await a_new_product(),
    ):
        with pytest.raises(NotFound):
            await stored(change, viewer=viewer)
    assert (await stored(ProductChange(product_id=own.id, tags=["mine"]), viewer=viewer)).outcome is Outcome.CHANGED


async def test_who_may_write_nothing_is_refused_as_a_whole() -> None:
    change = await a_new_product()

    with pytest.raises(NotAllowed):
        await stored_many([change], viewer=await a_person())


async def test_staff_move_a_product_to_another_supplier() -> None:
    made, other = await stored(await a_new_product()), await a_supplier()

    await stored(ProductChange(product_id=made.id, supplier_id=other), viewer=await a_catalogue_manager())

    assert (await product_row(made.id))["supplier_id"] == other
    assert await value("SELECT supplier_id FROM product_listing WHERE product_id = $1", made.id) == other


async def test_a_refused_removal_of_a_variant_does_not_touch_the_rest_of_the_batch() -> None:
    held = await stored(await a_new_product(variants=[a_variant(options={"Size": s}) for s in "SM"]))
    free = await stored(await a_new_product(variants=[a_variant(options={"Size": s}) for s in "SM"]))
    await _give_stock(held)

    answers = await stored_many(
        [
            ProductChange(product_id=one.id, tags=["new"], variants=[VariantChange(sku=last)], only_these_variants=True)
            for one in (held, free)
            for last in [list(one.variant_ids)[1]]
        ],
        viewer=PLATFORM,
    )

    assert isinstance(answers[0], VariantInUse)
    assert isinstance(answers[1], StoredProduct)
    assert (await product_row(held.id))["tags"] == "[]"
    assert await value("SELECT count(*) FROM variant WHERE product_id = $1", held.id) == 2
    assert await value("SELECT count(*) FROM variant WHERE product_id = $1", free.id) == 1
    kinds = await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", free.id)
    assert [one["kind"] for one in kinds] == ["product.created", "product.changed", "product.variants_removed"]


async def _give_stock(product: StoredProduct) -> None:
    variant_id = next(iter(product.variant_ids.values()))
    await rows(
        """WITH w AS (INSERT INTO warehouse (id, code, name, country, position)
                      VALUES (gen_random_uuid(), $2, 'Test', 'DE', 0) RETURNING id)
           INSERT INTO stock_level (id, variant_id, warehouse_id, on_hand, reserved)
           SELECT gen_random_uuid(), $1, w.id, 1, 0 FROM w""",
        variant_id,
        new_id().hex[:30],
    )


async def test_a_sku_and_an_external_id_are_the_same_however_their_letters_are_composed() -> None:
    supplier_id, mark = await a_supplier(), new_id().hex
    made = await stored(
        await a_new_product(supplier_id=supplier_id, external_id="Café", variants=[a_variant(sku=f"Café-{mark}")])
    )

    again = await stored(
        ProductChange(
            supplier_id=supplier_id,
            external_id=unicodedata.normalize("NFD", "Café"),
            variants=[a_variant(sku=unicodedata.normalize("NFD", f"CAFÉ-{mark}"), barcode="123")],
        )
    )

    assert (again.id, again.outcome) == (made.id, Outcome.CHANGED)
    assert await value("SELECT count(*) FROM variant WHERE product_id = $1", made.id) == 1
    taken = await a_new_product(variants=[a_variant(sku=unicodedata.normalize("NFD", f"Café-{mark}"))])
    with pytest.raises(SkuTaken):
        await stored(taken)

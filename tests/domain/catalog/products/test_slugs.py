import pytest

from domain.catalog.products.change import ProductChange
from domain.catalog.products.errors import SlugTaken
from domain.catalog.products.queries import product_id_by_slug
from domain.catalog.products.slugs import checked_slug, free_slugs, slug_of
from domain.shared.database import value
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from tests.factories.products import a_new_product, stored


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tea pot", "tea-pot"),
        ("  Crème brûlée, 2×  ", "creme-brulee-2"),
        ("Ben's Ærø-Straße", "bens-ærø-strasse"),
        ("茶壶 500ml", "茶壶-500ml"),
        ("हिन्दी चाय", "हिन्दी-चाय"),
        ("!!!", "product"),
        ("x" * 500, "x" * 191),
    ],
)
def test_a_slug_is_made_of_letters_and_digits_of_any_script(name: str, slug: str) -> None:
    made = slug_of(name, "product")

    assert made == slug
    assert checked_slug(made, "product") == slug


@pytest.mark.parametrize(
    ("slug", "rule"),
    [
        ("", "length"),
        ("x" * 201, "length"),
        ("Tea", "characters"),
        ("tea pot", "characters"),
        ("-tea", "characters"),
        ("tea--pot", "characters"),
        ("tea/pot", "characters"),
        ("tea?", "characters"),
        ("\u202etea", "characters"),
    ],
)
def test_what_is_no_slug_is_refused(slug: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_slug(slug, "product")

    assert (refused.value.field, refused.value.rule) == ("slug", rule)


async def test_former_slugs_go_on_working_and_nobody_else_gets_them() -> None:
    first, second, third = (f"slug-{new_id().hex}" for _ in range(3))
    made, other = await stored(await a_new_product(slug=first)), await stored(await a_new_product())

    for slug in (second, third):
        await stored(ProductChange(product_id=made.id, slug=slug))

    assert [await product_id_by_slug(slug) for slug in (first, second, third)] == [made.id] * 3
    with pytest.raises(SlugTaken):
        await stored(ProductChange(product_id=other.id, slug=first))
    assert (await free_slugs("product", [first])) == [f"{first}-2"]


async def test_a_product_takes_back_its_own_former_slug() -> None:
    first, second = (f"slug-{new_id().hex}" for _ in range(2))
    made = await stored(await a_new_product(slug=first))

    for slug in (second, first, second, first):
        await stored(ProductChange(product_id=made.id, slug=slug))

    assert await value("SELECT array_agg(slug) FROM former_slug WHERE owner_id = $1", made.id) == [second]
    assert [await product_id_by_slug(slug) for slug in (first, second)] == [made.id] * 2


async def test_free_slugs_are_all_different_even_where_many_want_the_same() -> None:
    slug = f"slug-{new_id().hex}"
    await stored(await a_new_product(slug=slug))

    free = await free_slugs("product", [slug] * 20 + [f"{slug}-2"])

    assert len(set(free)) == 21
    assert slug not in free
    assert free[:2] == [f"{slug}-2", f"{slug}-3"]

"""The tree of categories, as storefronts and the back office ask for it."""

from uuid import uuid4

from api.ids import encode
from domain.catalog.categories.edit_categories import CreateCategory, UpdateCategory, create_category, update_category
from domain.catalog.texts.given import Translation
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM, Viewer
from tests.api.operations import execute
from tests.factories.definitions import a_category
from tests.factories.people import a_person
from tests.statements import counted_statements

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
FIELDS = "id slug name description parentId position version path { name } children { name path { name } }"
CATEGORY = f"query($slug: String, $id: ID) {{ category(slug: $slug, id: $id) {{ {FIELDS} }} }}"
TREE = f"{{ categories {{ {FIELDS} }} }}"
CREATE = f"""mutation($input: CreateCategoryInput!) {{ createCategory(input: $input) {{
    ... on Category {{ {FIELDS} }} {ERRORS} ... on SlugTakenError {{ slug }} }} }}"""
UPDATE = f"""mutation($input: UpdateCategoryInput!) {{ updateCategory(input: $input) {{
    ... on Category {{ {FIELDS} }} {ERRORS} ... on StaleVersionError {{ expected current }} }} }}"""
MOVE = f"""mutation($input: MoveCategoryInput!) {{ moveCategory(input: $input) {{
    ... on Category {{ {FIELDS} }} {ERRORS} ... on CategoryCycleError {{ categoryId }} }} }}"""
REMOVE = f"""mutation($input: RemoveCategoryInput!) {{ removeCategory(input: $input) {{
    ... on CategoryRemoved {{ categoryId }} {ERRORS} ... on CategoryInUseError {{ categories products }} }} }}"""
CHINESE = Viewer(accepted=("zh-Hans",), language="zh-Hans")


async def test_a_category_is_made_moved_renamed_and_removed() -> None:
    manager, word = await a_person("catalogue_manager"), uuid4().hex
    home = encode("Category", await a_category("Home"))

    made = (await execute(CREATE, manager, input={"name": word, "description": "Of clay", "parentId": home}))[
        "createCategory"
    ]
    below = (await execute(CREATE, manager, input={"name": "Below", "parentId": made["id"]}))["createCategory"]
    moved = (await execute(MOVE, manager, input={"categoryId": made["id"], "expectedVersion": 1}))["moveCategory"]
    renamed = (await execute(UPDATE, manager, input={"categoryId": made["id"], "name": "Pots"}))["updateCategory"]
    refused = (await execute(REMOVE, manager, input={"categoryId": made["id"]}))["removeCategory"]
    removed = (await execute(REMOVE, manager, input={"categoryId": below["id"]}))["removeCategory"]

    assert (made["slug"], made["description"], made["path"]) == (word, "Of clay", [{"name": "Home"}, {"name": word}])
    assert (moved["parentId"], moved["path"], moved["version"]) == (None, [{"name": word}], 2)
    assert (renamed["name"], renamed["slug"], renamed["children"][0]["name"]) == ("Pots", word, "Below")
    assert (refused["__typename"], refused["categories"], refused["products"]) == ("CategoryInUseError", 1, 0)
    assert removed == {"categoryId": below["id"]}


async def test_a_category_is_named_in_the_language_that_the_buyer_reads() -> None:
    tea, word = Translation("name", "zh-Hans", "茶"), uuid4().hex
    made = await create_category(PLATFORM, CreateCategory("Tea", slug=word, translations=(tea,)))
    await create_category(PLATFORM, CreateCategory("Green", parent_id=made))

    shown = (await execute(CATEGORY, CHINESE, slug=word))["category"]

    assert (shown["name"], shown["path"]) == ("茶", [{"name": "茶"}])
    assert shown["children"] == [{"name": "Green", "path": [{"name": "茶"}, {"name": "Green"}]}]


async def test_a_category_is_found_by_its_former_slug_and_answers_with_the_present_one() -> None:
    before, after = uuid4().hex, uuid4().hex
    made = await a_category(before)
    await update_category(PLATFORM, UpdateCategory(made, slug=after))

    by_slug = (await execute(CATEGORY, slug=before))["category"]
    nothing = (await execute(CATEGORY, id=encode("Category", new_id())))["category"]

    assert (by_slug["id"], by_slug["slug"], nothing) == (encode("Category", made), after, None)


async def test_refusals_are_told_in_the_callers_language() -> None:
    manager, made = await a_person("catalogue_manager"), await a_category()
    below = await a_category(parent_id=made)
    chinese = Viewer(user_id=manager.user_id, permissions=manager.permissions, language="zh-Hans")

    cycle = {"categoryId": encode("Category", made), "parentId": encode("Category", below)}
    in_english = (await execute(MOVE, manager, input=cycle))["moveCategory"]
    in_chinese = (await execute(MOVE, chinese, input=cycle))["moveCategory"]
    blank = (await execute(CREATE, chinese, input={"name": " "}))["createCategory"]
    stale = (await execute(UPDATE, manager, input={"categoryId": encode("Category", made), "expectedVersion": 9}))[
        "updateCategory"
    ]

    assert in_english["categoryId"] == encode("Category", made)
    assert "below itself" in in_english["message"]
    assert "类目" in in_chinese["message"]
    assert (blank["field"], blank["rule"]) == ("name", "required")
    assert (stale["expected"], stale["current"]) == (9, 1)


async def test_the_tree_with_all_that_can_be_asked_of_it_costs_four_statements_however_large(shop: Settings) -> None:
    top = await a_category("Top")
    counts = []

    for more in (1, 20):
        for number in range(more):
            await a_category(str(number), parent_id=top)
        async with counted_statements(shop) as statements:
            data = await execute(TREE)
        counts.append(len(statements))

    assert len(data["categories"]) > 20
    assert counts == [4, 4], "\n".join(statements)

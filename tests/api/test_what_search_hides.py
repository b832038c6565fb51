"""What is not for sale in a channel shows nowhere in its lists: no name, no count, no word."""

from typing import Any

import pytest

from domain.catalog.listing.refresh import refresh_listings
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.transactions import use_case
from tests.api.client import Client
from tests.api.test_search import a_word, an_attribute, described, findable
from tests.factories.channels import a_channel

EVERYTHING = """query($f: ProductFilter, $t: String!, $channel: String) {
    products(filter: $f, channel: $channel, first: 20) { totalCount isApproximate searchedFor nodes { slug name }
      edges { highlights { name { text } } }
      facets { categories { slug label count } tags { value label count } inStock outOfStock
        attributes { code values { value label count } } options { values { value label count } }
        suppliers { label count } prices { count } ratings { count } } }
    searchSuggestions(text: $t, channel: $channel, first: 20) { kind text slug } }"""


async def a_hidden_product(how: str, word: str) -> str:
    """Its slug. It was on sale before, so that every word and facet of it is known."""
    goods = await findable(f"Secret {word}x {word}")
    await run("UPDATE product SET tags = jsonb_build_array($2::text) WHERE id = $1", goods.product_id, f"{word}x tag")
    await described(goods, **{await an_attribute("choice", "oak"): "oak"})
    if how in {"draft", "scheduled", "archived"}:
        await run("UPDATE publication SET status = $2, live_from = $3 WHERE product_id = $1", goods.product_id, how,
                  now() if how == "scheduled" else None)  # fmt: skip
    elif how == "other channel":
        await run(
            "UPDATE publication SET channel = $2 WHERE product_id = $1", goods.product_id, (await a_channel()).name
        )
    elif how == "no price":
        await run("UPDATE product_listing SET prices = '{}' WHERE product_id = $1", goods.product_id)
    else:
        await run("UPDATE product SET approval = $2 WHERE id = $1", goods.product_id, how)
    await use_case(refresh_listings)([goods.product_id])
    return goods.slug


@pytest.mark.parametrize("how", ["draft", "scheduled", "archived", "other channel", "waiting", "refused", "no price"])
async def test_what_is_not_for_sale_here_leaves_no_trace_in_lists_facets_and_suggestions(api: str, how: str) -> None:
    word = a_word()
    slug = await a_hidden_product(how, word)
    shown = await findable(f"Plain {word}")

    client = Client(api)
    answers: list[Any] = [
        await client.ask(EVERYTHING, f={"text": text}, t=text)
        for text in (word, f"{word}y", f"{word}y plain", "secret", f"secret {word[:8]}", word[:8], slug)
    ]

    told = str(answers)
    assert answers[0]["products"]["totalCount"] == 1
    assert shown.slug in told
    assert {"kind": "WORD", "text": word, "slug": None} in answers[-2]["searchSuggestions"]
    assert f"'slug': '{slug}'" not in told
    assert f"{word}x" not in told
    assert not any(one["code"].startswith("choice") for one in answers[0]["products"]["facets"]["attributes"])

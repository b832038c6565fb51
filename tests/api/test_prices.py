"""Setting list prices over the API."""

from typing import Any

import pytest

from api.ids import encode
from domain.shared.ids import new_id
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with

SET = """mutation($input: SetPricesInput!) { setPrices(input: $input) {
    ... on PricesSet { prices { variantId price { amount minor currency } compareAt { amount } } }
    ... on Error { __typename code message } ... on InvalidInputError { field rule limit }
    ... on NotFoundError { kind id } } }"""


async def test_a_suppliers_people_set_and_remove_prices_of_their_products(api: str) -> None:
    supplier_id = await a_supplier()
    goods = await some_goods(supplier_id=supplier_id, prices={"EUR": 1250, "USD": 1399})
    member = await signed_in(api, await a_person("supplier", supplier_id=supplier_id))
    variant_id = encode("Variant", goods.variant_id)

    answer = await _set(
        member,
        {"variantId": variant_id, "currency": "EUR", "amount": "9.90", "compareAt": "12.50"},
        {"variantId": variant_id, "currency": "JPY", "amount": "1500"},
        {"variantId": variant_id, "currency": "USD", "amount": None},
    )

    assert answer["prices"] == [
        {
            "variantId": variant_id,
            "price": {"amount": "9.90", "minor": 990, "currency": "EUR"},
            "compareAt": {"amount": "12.50"},
        },
        {"variantId": variant_id, "price": {"amount": "1500", "minor": 1500, "currency": "JPY"}, "compareAt": None},
    ]


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"currency": "DEM"}, "prices.0.currency", "iso4217"),
        ({"amount": "9.999"}, "prices.0.amount", "decimals"),
        ({"compareAt": "12.345"}, "prices.0.compareAt", "decimals"),
        ({"amount": "-1"}, "prices.0.amount", "minorUnits"),
        ({"compareAt": "9.90"}, "prices.0.compareAt", "above"),
        ({"variantId": "nonsense"}, "prices.0.variantId", "id"),
        ({"amount": None, "compareAt": "1"}, "prices.0.amount", "required"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
async def test_bad_input_names_its_place_field_and_rule(
    api: str, changed: dict[str, Any], field: str, rule: str, language: str
) -> None:
    goods = await some_goods()
    manager = await signed_in(api, await a_person_with("prices.write"), language=language)
    good = {"variantId": encode("Variant", goods.variant_id), "currency": "EUR", "amount": "9.90"}

    refused = await _set(manager, {**good, **changed})

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)
    assert field in refused["message"]
    assert refused["message"].isascii() == (language == "en")


async def test_anothers_variant_answers_as_a_missing_one_and_buyers_are_refused(api: str) -> None:
    goods, member = await some_goods(), await a_person("supplier", supplier_id=await a_supplier())
    answers = []

    for id in (goods.variant_id, new_id()):
        change = {"variantId": encode("Variant", id), "currency": "EUR", "amount": "1"}
        answers.append(await _set(await signed_in(api, member), change))
    buyer = await (await signed_in(api, await a_person())).refusal(SET, input={"prices": []})
    anonymous = await Client(api).refusal(SET, input={"prices": []})

    assert [(one["code"], one["kind"]) for one in answers] == [("NOT_FOUND", "Variant")] * 2
    assert (buyer["code"], anonymous["code"]) == ("NOT_ALLOWED", "NOT_SIGNED_IN")


async def _set(client: Client, *prices: dict[str, Any]) -> Any:
    return (await client.ask(SET, input={"prices": list(prices)}))["setPrices"]

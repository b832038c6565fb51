"""What one document may ask of the fields that compute much, over HTTP."""

import httpx
import pytest

from api.graphql import FIELD_COSTS, make_schema
from tests.api.client import Client

LOG_IN = """logIn(input: {email: "nobody@example.org", password: "wrong password"}) {
    ... on Error { code } }"""
REFRESH = """refreshSession(input: {refreshToken: "x"}) { ... on Error { code } }"""
SIGN_UP = """signUp(input: {email: "x", password: "x", name: "x", language: "en", currency: "EUR", country: "DE"}) {
    ... on Error { code } }"""
VERIFY = """verifyReceipt(payload: "{}", signature: "x") { valid }"""


def test_every_field_that_costs_more_is_a_field_of_the_schema() -> None:
    types = make_schema()._schema.type_map

    for name in FIELD_COSTS:
        type_name, field_name = name.split(".")
        assert field_name in types[type_name].fields  # type: ignore[attr-defined] # an object type


@pytest.mark.parametrize(
    "query",
    [
        f"mutation {{ a: {LOG_IN} b: {LOG_IN} }}",
        f"mutation {{ {SIGN_UP} {LOG_IN} }}",
        f"mutation {{ {REFRESH} {LOG_IN} }}",
        f"mutation {{ {REFRESH} again: {REFRESH} }}",
        f"mutation {{ a: {LOG_IN} ...F }} fragment F on Mutation {{ b: {LOG_IN} }}",
        f"mutation {{ ... {{ a: {LOG_IN} }} ... {{ b: {LOG_IN} }} }}",
    ],
)
async def test_one_document_checks_one_credential(api: str, query: str) -> None:
    answer = await Client(api).post(query)

    assert _code(answer) == (400, "QUERY_TOO_COMPLEX")
    assert "Mutation." in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("field", [LOG_IN, REFRESH, SIGN_UP])
async def test_a_document_with_one_of_them_is_answered(api: str, field: str) -> None:
    data = await Client(api).ask(f"mutation {{ answer: {field} }}")

    assert data["answer"]["code"]


async def test_one_document_verifies_a_few_receipts_and_no_dozens(api: str) -> None:
    few = await Client(api).ask("{ " + " ".join(f"r{n}: {VERIFY}" for n in range(4)) + " }")
    many = await Client(api).post("{ " + " ".join(f"r{n}: {VERIFY}" for n in range(5)) + " }")

    assert few["r3"] == {"valid": False}
    assert _code(many) == (400, "QUERY_TOO_COMPLEX")


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

"""What one document may ask of the fields that compute much, over HTTP."""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from graphql import GraphQLArgument, GraphQLInputField, GraphQLInputObjectType, get_named_type

from api.graphql import FIELD_COSTS, make_schema
from api.limits.limits import DocumentLimits
from tests.api.client import Client

LOG_IN = """logIn(input: {email: "nobody@example.org", password: "wrong password"}) {
    ... on Error { code } }"""
REFRESH = """refreshSession(input: {refreshToken: "x"}) { ... on Error { code } }"""
SIGN_UP = """signUp(input: {email: "x", password: "x", name: "x", language: "en", currency: "EUR", country: "DE"}) {
    ... on Error { code } }"""
CHECKED = {
    name.removeprefix("Mutation.") for name, cost in FIELD_COSTS.items() if cost > DocumentLimits().max_cost // 2
}
SECRETS = {"password", "currentPassword", "newPassword", "token", "refreshToken", "recoveryCode", "passkey", "response"}
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


@pytest.mark.parametrize("field", sorted(CHECKED))
async def test_no_field_that_checks_a_credential_stands_twice_in_a_document(api: str, field: str) -> None:
    answer = await Client(api).post(f"mutation {{ a: {field} {{ __typename }} b: {field} {{ __typename }} }}")

    assert _code(answer) == (400, "QUERY_TOO_COMPLEX")


def test_every_field_that_is_given_a_secret_counts_as_checking_one() -> None:
    mutations = make_schema()._schema.mutation_type
    assert mutations is not None

    given = {name for name, field in mutations.fields.items() if SECRETS & set(_arguments(field.args))}

    assert given - CHECKED == set()
    assert given >= {"logIn", "logInWithSecondFactor", "refreshSession"}


async def test_of_two_operations_in_a_document_one_runs(api: str) -> None:
    document = f"mutation A {{ a: {LOG_IN} }} mutation B {{ b: {LOG_IN} }}"

    async with httpx.AsyncClient() as http:
        named = await http.post(f"{api}/graphql", json={"query": document, "operationName": "B"})
        unnamed = await http.post(f"{api}/graphql", json={"query": document})

    assert named.json()["data"].keys() == {"b"}
    assert _code(unnamed) == (400, "OPERATION_RESOLUTION_FAILURE")


async def test_there_are_no_batches(api: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{api}/graphql", json=[{"query": f"mutation {{ {LOG_IN} }}"}] * 2)

    assert _code(answer) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("field", [LOG_IN, REFRESH, SIGN_UP])
async def test_a_document_with_one_of_them_is_answered(api: str, field: str) -> None:
    data = await Client(api).ask(f"mutation {{ answer: {field} }}")

    assert data["answer"]["code"]


async def test_one_document_verifies_a_few_receipts_and_no_dozens(api: str) -> None:
    few = await Client(api).ask("{ " + " ".join(f"r{n}: {VERIFY}" for n in range(4)) + " }")
    many = await Client(api).post("{ " + " ".join(f"r{n}: {VERIFY}" for n in range(5)) + " }")

    assert few["r3"] == {"valid": False}
    assert _code(many) == (400, "QUERY_TOO_COMPLEX")


def _arguments(given: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]) -> Iterator[str]:
    """The names of what a field is given, inside of inputs too."""
    for name, one in given.items():
        yield name
        kind = get_named_type(one.type)
        if isinstance(kind, GraphQLInputObjectType):
            yield from _arguments(kind.fields)


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

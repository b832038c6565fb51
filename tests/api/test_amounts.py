"""How money and big integers may be written, over HTTP and in the types alone."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schema.money import SCALARS, BigInt
from tests.api.client import Client

LIST = "query($f: ProductFilter) { products(filter: $f, first: 1) { nodes { id } } }"
DECIMAL, BIG_INT = SCALARS[Decimal], SCALARS[BigInt]


@pytest.mark.parametrize(
    "amount",
    [
        "1e-999999999",
        "1e400",
        "1E2",
        "1_0",
        " 1",
        "1 ",
        "1\n",
        "１２",
        "١٢",
        "abc",
        "",
        "NaN",
        "-Infinity",
        "+1",
        "1.",
        ".5",
        "0.0000001",
        "1" * 16,
        "--1",
        1.5,
        1e300,
        10**15,
        True,
        [],
        {},
    ],
)
async def test_an_amount_that_is_no_plain_decimal_is_bad_input(api: str, amount: Any) -> None:
    answer = await Client(api).post(LIST, f={"priceFrom": {"amount": amount, "currency": "EUR"}})

    assert _code(answer) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("literal", ["1.5", "1e2", '"1e2"', "true", "9" * 5_000, "[1]"])
async def test_a_literal_that_is_no_plain_decimal_is_refused_before_anything_runs(api: str, literal: str) -> None:
    query = f'{{ products(filter: {{priceFrom: {{amount: {literal}, currency: "EUR"}}}}) {{ nodes {{ id }} }} }}'

    answer = await Client(api).post(query)

    assert _code(answer) == (400, "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize("literal", ['"12.50"', '"-3"', '"0"', "12", "-12"])
async def test_a_string_or_a_whole_number_is_an_amount(api: str, literal: str) -> None:
    query = f'{{ products(filter: {{priceFrom: {{amount: {literal}, currency: "EUR"}}}}) {{ nodes {{ id }} }} }}'

    assert await Client(api).ask(query)


@given(st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, allow_nan=False, places=6))
def test_what_is_written_is_read_back(amount: Decimal) -> None:
    assert DECIMAL.parse_value is not None
    assert DECIMAL.serialize is not None

    assert DECIMAL.parse_value(DECIMAL.serialize(amount)) == amount


@pytest.mark.parametrize("given", [0, -(2**63), 2**63 - 1, "0", "-9223372036854775808", "9223372036854775807"])
def test_a_big_integer_is_a_number_or_a_string_of_one(given: Any) -> None:
    assert BIG_INT.parse_value is not None

    assert BIG_INT.parse_value(given) == int(given)


@pytest.mark.parametrize(
    "given",
    [2**63, -(2**63) - 1, "9223372036854775808", "1_0", " 1", "+1", "１２", "1.0", "", "9" * 5_000, 1.0, True, None],
)
def test_anything_else_is_no_big_integer(given: Any) -> None:
    assert BIG_INT.parse_value is not None

    with pytest.raises(ValueError, match="BigInt"):
        BIG_INT.parse_value(given)


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

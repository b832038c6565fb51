from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from graphql import GraphQLError
from structlog.testing import capture_logs

from api.http.graphql.presenting import Presenter

from .toy import OutOfStock, describe


class Serialization(Exception):
    """Like the `code` of other libraries' exceptions: not a public error."""

    code = "40001"


PRESENTER = Presenter(describe)
CONTEXT = SimpleNamespace(request_id="request-7")


def ask(client: httpx.Client, query: str, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/graphql", json={"query": query, **parameters}).json()
    return answer


def test_a_public_error_has_its_code_fields_and_message() -> None:
    error = GraphQLError("Sold out", path=["soldOut"], original_error=OutOfStock("Sold out"))

    shown = PRESENTER.present(error, CONTEXT)

    assert shown["message"] == "Sold out, sorry"
    assert shown["extensions"] == {"code": "OUT_OF_STOCK", "sku": "A-1"}
    assert shown["path"] == ["soldOut"]


@pytest.mark.parametrize(
    "error",
    [
        GraphQLError("password=hunter2", original_error=ValueError("password=hunter2")),
        GraphQLError("hunter2", original_error=Serialization("hunter2")),
        GraphQLError("hunter2", original_error=GraphQLError("hunter2", original_error=KeyError("hunter2"))),
        GraphQLError("Int cannot represent non-integer value: 'hunter2'", path=["number"]),
    ],
)
def test_any_other_error_is_masked_with_an_id_that_is_logged_with_its_traceback(error: GraphQLError) -> None:
    with capture_logs() as logs:
        shown = PRESENTER.present(error, CONTEXT)

    assert shown["message"] == "Internal error"
    assert shown["extensions"] == {"code": "INTERNAL", "errorId": logs[0]["error_id"]}
    assert UUID(shown["extensions"]["errorId"])
    assert logs[0]["request_id"] == "request-7"
    assert logs[0]["exception"].startswith("Traceback")
    assert "hunter2" not in str(shown) + str(logs)


def test_an_error_that_carries_a_code_is_shown() -> None:
    wrapped = GraphQLError("No", original_error=GraphQLError("No", extensions={"code": "FORBIDDEN"}))

    assert PRESENTER.present(wrapped, None)["extensions"] == {"code": "FORBIDDEN"}


def test_the_log_of_an_unexpected_error_holds_no_variables(client: httpx.Client) -> None:
    with capture_logs() as logs:
        answer = ask(
            client,
            "query ($t: String!) { echo(text: $t) broken }",
            variables={"t": "jo@example.com"},
            operationName=None,
        )

    assert answer["data"] == {"echo": "jo@example.com", "broken": None}
    [error] = [line for line in logs if "exception" in line]
    assert "in broken" in error["exception"]
    assert "jo@example.com" not in str(logs)


def test_other_fields_are_answered_beside_a_masked_one(client: httpx.Client) -> None:
    answer = ask(client, "{ broken hello soldOut }")

    assert answer["data"] == {"broken": None, "hello": "world", "soldOut": None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL", "OUT_OF_STOCK"}


@pytest.mark.parametrize("kind", ["bytes", "surrogate", "long"])
def test_a_value_that_json_cannot_hold_is_an_internal_error(client: httpx.Client, kind: str) -> None:
    response = client.post("/graphql", json={"query": f'{{ raw(kind: "{kind}") }}'})

    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"


def test_what_a_scalar_says_against_a_value_is_shown(client: httpx.Client) -> None:
    answer = ask(client, "query ($v: EvenNumber!) { even(value: $v) }", variables={"v": 3})

    assert "not an even number" in answer["errors"][0]["message"]


def test_a_variable_that_leaves_an_argument_without_value_is_the_clients_error(client: httpx.Client) -> None:
    answer = ask(client, "query ($v: Boolean = true) { hello @skip(if: $v) }", variables={"v": None})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_errors_of_variables_suggest_nothing(client: httpx.Client) -> None:
    answer = ask(client, "query ($c: Colour!) { colour(value: $c) }", variables={"c": "GREE"})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Did you mean" not in answer["errors"][0]["message"]

"""GraphQL over HTTP: methods, media types, statuses."""

from typing import Any

import httpx
import pytest
import strawberry
from strawberry.extensions import SchemaExtension

from api.http.graphql.endpoint import FrontDoor
from api.http.graphql.settings import FrontDoorSettings

from .toy import HOOKS, Product, seen

GRAPHQL = "application/graphql-response+json"
LEGACY = "application/json"


def ask(client: httpx.Client, query: str, *, accept: str | None = None, **parameters: Any) -> httpx.Response:
    headers = {"accept": accept} if accept is not None else {}
    return client.post("/graphql", json={"query": query, **parameters}, headers=headers)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/*", GRAPHQL),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {LEGACY}; charset=utf-8", GRAPHQL),
        (f"{LEGACY}, {GRAPHQL}", GRAPHQL),
        (f"{LEGACY}, {GRAPHQL};q=0.5", LEGACY),
        (f"{GRAPHQL};q=0, */*", LEGACY),
        (LEGACY, LEGACY),
        ("APPLICATION/JSON", LEGACY),
        ("text/event-stream, application/json;q=0.2", "text/event-stream"),
        ("text/html, application/json;q=bogus, */*;q=0.1", GRAPHQL),
    ],
)
def test_the_answer_has_the_media_type_that_the_client_prefers(client: httpx.Client, accept: str, media: str) -> None:
    response = ask(client, "{ hello }", accept=accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"


def test_no_acceptable_media_type_is_406_before_anything_runs(client: httpx.Client) -> None:
    before = seen.mutations

    response = ask(client, "mutation { increment }", accept="application/xml")

    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"
    assert seen.mutations == before


@pytest.mark.parametrize(
    ("query", "parameters", "code"),
    [
        ("{ hello", {}, "GRAPHQL_PARSE_FAILED"),
        ("", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ hallo }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("type X { a: Int }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { hello }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { hello }", {"operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($v: Int!) { number(value: $v) }", {}, "BAD_USER_INPUT"),
        ("query ($v: Int!) { number(value: $v) }", {"variables": {"v": 2**40}}, "BAD_USER_INPUT"),
        ("query ($v: EvenNumber!) { even(value: $v) }", {"variables": {"v": 3}}, "BAD_USER_INPUT"),
        ("{ even(value: 3) }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ a { a }", {}, "GRAPHQL_PARSE_FAILED"),
        ("{" + "product { similar { nodes {" * 6 + "name" + "}}}" * 6 + "}", {}, "DOCUMENT_TOO_DEEP"),
    ],
)
def test_a_request_error_has_no_data_and_is_400_or_200_for_the_legacy_media_type(
    client: httpx.Client, query: str, parameters: dict[str, Any], code: str
) -> None:
    modern = ask(client, query, accept=GRAPHQL, **parameters)
    legacy = ask(client, query, accept=LEGACY, **parameters)

    assert (modern.status_code, legacy.status_code) == (400, 200)
    assert modern.json() == legacy.json()
    assert "data" not in modern.json()
    assert modern.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("query", "data"), [("{ hello soldOut }", {"hello": "world", "soldOut": None}), ("{ requiredAndBroken }", None)]
)
def test_field_errors_are_200_with_what_data_there_is(client: httpx.Client, query: str, data: object) -> None:
    response = ask(client, query, accept=GRAPHQL)

    assert response.status_code == 200
    assert response.json()["data"] == data
    assert response.json()["errors"][0]["path"]


def test_the_named_operation_runs(client: httpx.Client) -> None:
    response = ask(client, 'query A { hello } query B { echo(text: "b") }', operationName="B")

    assert response.json() == {"data": {"echo": "b"}}


def test_queries_may_be_asked_with_get(client: httpx.Client) -> None:
    query = "query Q($text: String!) { echo(text: $text) }"

    response = client.get("/graphql", params={"query": query, "variables": '{"text": "ü"}', "operationName": "Q"})

    assert response.status_code == 200
    assert response.json() == {"data": {"echo": "ü"}}


@pytest.mark.parametrize("accept", [GRAPHQL, LEGACY, "text/event-stream"])
def test_a_mutation_by_get_is_405_and_does_not_run(client: httpx.Client, accept: str) -> None:
    before = seen.mutations

    response = client.get("/graphql", params={"query": "mutation { increment }"}, headers={"accept": accept})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert seen.mutations == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_405(client: httpx.Client, method: str) -> None:
    response = client.request(method, "/graphql")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"],
)
def test_a_cross_site_simple_request_cannot_reach_a_mutation(client: httpx.Client, content_type: str | None) -> None:
    before = seen.mutations
    headers = {"content-type": content_type} if content_type else {}

    response = client.post("/graphql", content=b'{"query": "mutation { increment }"}', headers=headers)

    refusal = (response.status_code, response.json()["errors"][0]["extensions"]["code"])
    is_form = content_type is not None and content_type.startswith("multipart")
    assert refusal == ((403, "CROSS_SITE") if is_form else (415, "UNSUPPORTED_MEDIA_TYPE"))
    assert seen.mutations == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "application/json"}, 200),
        ({"content-type": 'Application/JSON ; Charset="UTF-8"'}, 200),
        ({"content-type": "application/json; charset=utf-16"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "content-encoding": "identity"}, 200),
    ],
)
def test_bodies_are_plain_json_in_utf_8(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    response = client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)

    assert response.status_code == status


def test_a_browser_gets_graphiql(client: httpx.Client) -> None:
    response = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "GraphiQL" in response.text


def test_graphiql_is_off_unless_it_is_asked_for(impatient: str) -> None:
    response = httpx.get(f"http://{impatient}/graphql", headers={"accept": "text/html"})

    assert response.status_code == 406


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [("forged", 401, "UNAUTHENTICATED"), ("expired", 400, "UNAUTHENTICATED"), ("unlucky", 500, "INTERNAL")],
)
def test_what_the_context_refuses_is_told_without_data(
    client: httpx.Client, authorization: str, status: int, code: str
) -> None:
    response = client.post("/graphql", json={"query": "{ hello }"}, headers={"authorization": authorization})

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code
    assert "data" not in response.json()
    assert "hunter2" not in response.text


def test_each_operation_has_a_context_of_its_own(client: httpx.Client) -> None:
    serials = [ask(client, "{ contextSerial }").json()["data"]["contextSerial"] for _ in range(3)]

    assert len(set(serials)) == 3


def test_a_schema_with_extensions_is_refused_since_they_would_not_run() -> None:
    extended = strawberry.Schema(Product, extensions=[SchemaExtension])

    with pytest.raises(ValueError, match="extensions"):
        FrontDoor(extended, HOOKS, FrontDoorSettings())

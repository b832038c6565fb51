"""Whatever a client sends as a body is answered cleanly."""

import gzip
import json
import socket

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .conftest import IMPATIENT

JSON = {"content-type": "application/json"}


def nested(levels: int) -> bytes:
    return b'{"query": "{ hello }", "variables": {"deep": ' + b"[" * levels + b"]" * levels + b"}}"


MALFORMED = {
    "nothing": b"",
    "white space": b" \n",
    "no JSON": b"NONSENSE",
    "half a document": b'{"query":',
    "string": b'"{ hello }"',
    "number": b"1",
    "true": b"true",
    "null": b"null",
    "empty list": b"[]",
    "batch": b'[{"query": "{ hello }"}]',
    "two documents": b'{"query": "{ hello }"}{}',
    "NaN": b'{"query": "{ hello }", "variables": {"v": NaN}}',
    "byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "invalid UTF-8": b'{"query": "{ hello }", "variables": {"v": "\xff"}}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "lone surrogate": b'{"query": "{ hello }", "variables": {"v": "\\ud800"}}',
    "lone surrogate in the query": b'{"query": "{ hello(text: \\"\\ud800\\") }"}',
    "NUL": b'{"query": "{ hello \x00}"}',
    "deep": nested(200),
    "very deep": nested(100_000),
    "10,000 digits": b'{"query": "{ hello }", "variables": {"v": ' + b"9" * 10_000 + b"}}",
    "infinite": b'{"query": "{ hello }", "variables": {"v": 1e999}}',
    "gzip": gzip.compress(b'{"query": "{ hello }"}'),
    "no query": b"{}",
    "misspelt query": b'{"qeury": "{ hello }"}',
    "query null": b'{"query": null}',
    "query number": b'{"query": 1}',
    "query list": b'{"query": ["{ hello }"]}',
    "query object": b'{"query": {}}',
    "query twice": b'{"query": "{ hello }", "query": "{ hello }"}',
    "query twice, one escaped": b'{"query": "{ hello }", "\\u0071uery": "{ hello }"}',
    "variables twice": b'{"query": "{ hello }", "variables": {}, "variables": {}}',
    "variables string": b'{"query": "{ hello }", "variables": "{}"}',
    "variables list": b'{"query": "{ hello }", "variables": [7]}',
    "variables false": b'{"query": "{ hello }", "variables": false}',
    "operationName number": b'{"query": "{ hello }", "operationName": 7}',
    "operationName object": b'{"query": "{ hello }", "operationName": {}}',
    "extensions string": b'{"query": "{ hello }", "extensions": "x"}',
    "extensions list": b'{"query": "{ hello }", "extensions": []}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_a_clean_400(client: httpx.Client, body: bytes) -> None:
    response = client.post("/graphql", content=body, headers=JSON)

    assert response.status_code == 400
    assert set(response.json()) == {"errors"}
    assert response.json()["errors"][0]["message"]
    assert response.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "INVALID_JSON"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }", "variables": null, "operationName": null, "extensions": null}',
        b'{"query": "{ hello }", "variables": {"query": 1, "deep": {"query": 2}}, "unknown": []}',
        b'{"query": "\xef\xbb\xbf{ hello }"}',
        b'{"query": "{ \\u0068ello }", "variables": {"v": 1' + b"0" * 100 + b"}}",
        b' {"query": "{ hello }"}\n',
        nested(90),
    ],
)
def test_a_body_that_is_merely_unusual_is_answered(client: httpx.Client, body: bytes) -> None:
    response = client.post("/graphql", content=body, headers=JSON)

    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "world"}}


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "query=",
        "query=%7Bhello%7D&query=%7Bhello%7D",
        "query=%7Bhello%7D&variables=1",
        "query=%7Bhello%7D&variables=%5B%5D",
        "query=%7Bhello%7D&variables=nonsense",
        "query=%7Bhello%7D&variables=%22%5Cud800%22",
        "query=%7Bhello%7D&extensions=nonsense",
        "query=%ff%fe",
    ],
)
def test_malformed_parameters_of_a_get_are_a_clean_400(client: httpx.Client, parameters: str) -> None:
    response = client.get(f"/graphql?{parameters}")

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"]


def test_a_query_of_1_mb_is_413(client: httpx.Client) -> None:
    query = "{ " + "hello " * 170_000 + "}"

    response = client.post("/graphql", json={"query": query})

    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "CONTENT_TOO_LARGE"


def test_a_long_query_in_a_body_that_is_small_enough_is_400(client: httpx.Client) -> None:
    query = "{ " + "hello " * 60_000 + "}"

    response = client.post("/graphql", json={"query": query})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {
        "code": "DOCUMENT_TOO_LARGE",
        "limit": 32_768,
        "actual": len(query),
    }


def test_a_body_without_length_is_refused_as_soon_as_it_is_too_large(impatient: str) -> None:
    host, port = impatient.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        while sent <= IMPATIENT.max_body_bytes:
            connection.sendall(b"400\r\n" + b" " * 0x400 + b"\r\n")
            sent += 0x400

        answer = connection.recv(65_536)  # the body has no end yet

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"CONTENT_TOO_LARGE" in answer


def test_a_body_that_does_not_arrive_in_time_is_408(impatient: str) -> None:
    host, port = impatient.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
        )

        answer = connection.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer


def test_a_client_that_leaves_in_the_middle_of_its_body_does_no_harm(client: httpx.Client, usual: str) -> None:
    host, port = usual.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
        )

    assert client.post("/graphql", json={"query": "{ hello }"}).status_code == 200


def test_a_body_may_be_wide(client: httpx.Client) -> None:
    body = json.dumps({"query": "{ hello }", "variables": {"v": [[]] * 100_000}}).encode()

    response = client.post("/graphql", content=body, headers=JSON)

    assert response.status_code == 200


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary()
    | st.text().map(str.encode)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["query", "variables", "operationName", "extensions"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
@example(body=b'{"query": "\\ud83d\\ude00"}')
def test_no_body_is_ever_answered_with_a_server_error(client: httpx.Client, body: bytes) -> None:
    response = client.post("/graphql", content=body, headers=JSON)

    assert response.status_code < 500
    assert set(response.json()) <= {"data", "errors"}

"""GraphQL over server-sent events, in distinct connections mode."""

import socket
import time
from collections.abc import Callable

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from .toy import seen

EVENTS = {"accept": "text/event-stream"}


def events(client: httpx.Client, query: str, **headers: str) -> list[ServerSentEvent]:
    with connect_sse(client, "POST", "/graphql", json={"query": query}, headers=headers) as source:
        assert source.response.status_code == 200
        return list(source.iter_sse())


def eventually(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def open_stream(address: str, query: str) -> socket.socket:
    host, port = address.split(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    body = f'{{"query": "{query}"}}'.encode()
    connection.sendall(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )
    return connection


def test_each_event_of_a_subscription_is_sent_with_its_id_and_the_end_is_told(client: httpx.Client) -> None:
    received = events(client, "subscription { ticks(to: 2) { number cursor } }")

    assert [(event.event, event.id) for event in received] == [("next", "1"), ("next", "2"), ("complete", "2")]
    assert received[1].json() == {"data": {"ticks": {"number": 2, "cursor": "2"}}}
    assert received[2].data == ""


def test_a_returning_client_goes_on_after_its_last_event(client: httpx.Client) -> None:
    received = events(client, "subscription { ticks(to: 5) { number cursor } }", **{"last-event-id": "3"})

    assert [event.id for event in received] == ["4", "5", "5"]


def test_each_event_has_a_context_of_its_own(client: httpx.Client) -> None:
    received = events(client, "subscription { ticks(to: 3) { eventNumber } }")

    assert [event.json()["data"]["ticks"]["eventNumber"] for event in received[:-1]] == [1, 2, 3]


def test_a_subscription_ends_when_its_rights_do(client: httpx.Client) -> None:
    received = events(client, "subscription { ticks(to: 9) { number } }", authorization="for two events")

    assert [event.event for event in received] == ["next", "next", "next", "complete"]
    assert received[2].json() == {
        "errors": [{"message": "The token has expired", "extensions": {"code": "UNAUTHENTICATED"}}]
    }


def test_an_event_source_can_subscribe_with_get(client: httpx.Client) -> None:
    parameters = {"query": "subscription { ticks(to: 1) { number } }"}

    with connect_sse(client, "GET", "/graphql", params=parameters) as source:
        received = list(source.iter_sse())

    assert [event.event for event in received] == ["next", "complete"]


def test_queries_and_mutations_are_answered_by_one_event(client: httpx.Client) -> None:
    received = events(client, "{ hello }")

    assert [event.event for event in received] == ["next", "complete"]
    assert received[0].json() == {"data": {"hello": "world"}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { ticks", "GRAPHQL_PARSE_FAILED"),
        ("subscription { ticks }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { " + "ticks { " * 20 + "}" * 21, "DOCUMENT_TOO_DEEP"),
        ("subscription { neverStarts }", "OUT_OF_STOCK"),
        ("subscription ($to: Int!) { ticks(to: $to) { number } }", "BAD_USER_INPUT"),
        ('{ raw(kind: "long") }', "INTERNAL"),
    ],
)
def test_what_hinders_an_operation_is_told_by_an_event(client: httpx.Client, query: str, code: str) -> None:
    received = events(client, query)

    assert [event.event for event in received] == ["next", "complete"]
    assert set(received[0].json()) == {"errors"}
    assert received[0].json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(("field", "code"), [("breaks", "INTERNAL"), ("sellsOut", "OUT_OF_STOCK")])
def test_a_source_that_fails_ends_with_an_error_that_is_public_or_masked(
    client: httpx.Client, field: str, code: str
) -> None:
    received = events(client, f"subscription {{ {field} }}")

    assert [event.event for event in received] == ["next", "next", "complete"]
    assert received[1].json()["errors"][0]["extensions"]["code"] == code
    assert "hunter2" not in received[1].data


def test_a_malformed_request_is_no_event_stream(client: httpx.Client) -> None:
    response = client.post("/graphql", content=b"[]", headers={"content-type": "application/json", **EVENTS})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_subscription_whose_answer_must_be_json_is_406(client: httpx.Client) -> None:
    response = client.post(
        "/graphql",
        json={"query": "subscription { ticks(to: 1) { number } }"},
        headers={"accept": "application/json"},
    )

    assert response.status_code == 406


def test_a_silent_stream_is_kept_open_by_comments(impatient: str) -> None:
    with open_stream(impatient, "subscription { silence }") as connection:
        received = b""
        while received.count(b":\n\n") < 3:
            received += connection.recv(65_536)

    assert b"x-accel-buffering: no" in received.lower()


def test_a_client_that_leaves_ends_its_subscription_at_once(usual: str) -> None:
    connection = open_stream(usual, "subscription { silence }")
    assert eventually(lambda: seen.open_sources == 1)

    connection.close()

    assert eventually(lambda: seen.open_sources == 0, seconds=1.0)  # long before the next heartbeat


def test_a_client_that_stops_reading_stops_the_source_and_is_cut_off(impatient: str) -> None:
    with open_stream(impatient, "subscription { flood }") as connection:
        assert eventually(lambda: seen.open_sources == 1)
        connection.recv(100)

        cut_off = eventually(lambda: seen.open_sources == 0, seconds=3.0)
        produced = seen.flooded

    assert cut_off
    assert produced < 1_000  # 50 kB each: what fits into the buffers of two sockets

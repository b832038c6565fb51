"""U+0000, which PostgreSQL stores in no text, is refused before anything runs, however it is sent."""

from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from .test_websocket import initialised, receive, subscribe

ECHO = 'query ($text: String! = "x") { echo(text: $text) }'
LITERALS = {
    "escaped": r'{ echo(text: "a\u0000b") }',
    "escaped in braces": r'{ echo(text: "a\u{0}b") }',
    "escaped in braces with zeros": r'{ echo(text: "a\u{00000}b") }',
    "raw": '{ echo(text: "a\0b") }',
    "raw in a block": '{ echo(text: """a\0b""") }',
    "in a fragment": r'{ ...F } fragment F on Query { echo(text: "\u0000") }',
    "in a directive": r'{ echo(text: "a") @include(if: "\u0000") }',
    "in a default": r'query ($text: String! = "\u0000") { echo(text: $text) }',
}
VARIABLES: dict[str, dict[str, Any]] = {
    "string": {"text": "a\0b"},
    "unused": {"text": "a", "other": "\0"},
    "deep": {"text": "a", "other": [{"deep": [["\0"]]}]},
    "name": {"text": "a", "other": {"\0": 1}},
}


@pytest.mark.parametrize("query", LITERALS.values(), ids=LITERALS.keys())
def test_a_literal_is_refused_as_bad_input(client: httpx.Client, query: str) -> None:
    answers = [client.post("/graphql", json={"query": query}) for _ in range(2)]

    assert [_code(answer) for answer in answers] == [(400, "BAD_USER_INPUT")] * 2
    assert "U+0000" in answers[0].json()["errors"][0]["message"]


@pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES.keys())
def test_a_variable_is_refused_as_bad_input_although_the_document_is_remembered(
    client: httpx.Client, variables: dict[str, Any]
) -> None:
    before = client.post("/graphql", json={"query": ECHO, "variables": {"text": "a"}})

    answer = client.post("/graphql", json={"query": ECHO, "variables": variables})

    assert before.json() == {"data": {"echo": "a"}}
    assert _code(answer) == (400, "BAD_USER_INPUT")


def test_it_is_refused_in_a_get(client: httpx.Client) -> None:
    answer = client.get("/graphql", params={"query": ECHO, "variables": r'{"text": "\u0000"}'})

    assert _code(answer) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "query", ['{ echo(text: "a") } # \0', r'{ echo(text: """\u0000""") }', r'{ echo(text: "\\u0000") }']
)
def test_what_only_looks_like_it_is_answered(client: httpx.Client, query: str) -> None:
    answer = client.post("/graphql", json={"query": query})

    assert answer.status_code == 200
    assert "data" in answer.json()


@pytest.mark.parametrize(("query", "variables"), [(LITERALS["escaped"], {}), (ECHO, VARIABLES["string"])])
def test_an_event_stream_tells_it(client: httpx.Client, query: str, variables: dict[str, Any]) -> None:
    with connect_sse(client, "POST", "/graphql", json={"query": query, "variables": variables}) as source:
        received = list(source.iter_sse())

    assert [event.event for event in received] == ["next", "complete"]
    assert received[0].json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(("query", "variables"), [(LITERALS["escaped"], {}), (ECHO, VARIABLES["string"])])
async def test_a_websocket_tells_it_and_stays_open(usual: str, query: str, variables: dict[str, Any]) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, query, variables=variables)
        refused = await receive(socket)
        await subscribe(socket, "{ hello }", id="2")
        answer = await receive(socket)

    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")
    assert answer["payload"] == {"data": {"hello": "world"}}


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

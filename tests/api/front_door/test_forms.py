"""GraphQL multipart requests: files are received as they come, after everything else has been judged."""

import json
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.http.graphql import receiving

from .toy import seen

KEEP = "mutation($files: [File]!) { keep(files: $files) }"
GUARD = {"x-hanse-csrf": "1"}
Part = tuple[str, tuple[str | None, bytes]]


def parts(
    files: dict[str, tuple[str, bytes]], *, query: str = KEEP, paths: dict[str, list[str]] | None = None, **more: Any
) -> list[Part]:
    """A request as its specification has it, with one variable `files`."""
    variables = {"files": [None] * len(files), **more}
    places = paths or {name: [f"variables.files.{number}"] for number, name in enumerate(files)}
    return [
        ("operations", (None, json.dumps({"query": query, "variables": variables}).encode())),
        ("map", (None, json.dumps(places).encode())),
        *files.items(),
    ]


def post(client: httpx.Client, sent: list[Part], headers: dict[str, str] | None = None) -> httpx.Response:
    return client.post("/graphql", files=sent, headers=GUARD if headers is None else headers)


def test_files_arrive_where_the_variables_want_them(client: httpx.Client) -> None:
    sent = parts({"a": ("one.jpg", b"1" * 70_000), "b": ("C:\\temp\\zwei\u202e.png", b"zwei")})

    answer = post(client, sent)

    assert answer.json() == {"data": {"keep": ["one.jpg 70000", "zwei.png 4"]}}


def test_one_file_may_go_to_several_places(client: httpx.Client) -> None:
    sent = parts({"a": ("one", b"1")}, paths={"a": ["variables.files.0", "variables.files.1"]})
    sent[0] = ("operations", (None, json.dumps({"query": KEEP, "variables": {"files": [None, None]}}).encode()))

    assert post(client, sent).json() == {"data": {"keep": ["one 1", "one 1"]}}


def test_an_empty_file_is_a_file(client: httpx.Client) -> None:
    assert post(client, parts({"a": ("none", b"")})).json() == {"data": {"keep": ["none 0"]}}


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"cookie": "hanse-access=x"}])
def test_what_a_page_elsewhere_could_send_unasked_is_refused(headers: dict[str, str], client: httpx.Client) -> None:
    before = seen.mutations

    answer = post(client, parts({"a": ("one", b"1")}), headers=headers)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "CROSS_SITE")
    assert seen.mutations == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_other_kinds_that_forms_of_other_sites_can_send_stay_refused(kind: str, client: httpx.Client) -> None:
    answer = client.post("/graphql", content=b"query={hello}", headers={"content-type": kind, **GUARD})

    assert answer.status_code == 415


def test_a_token_guards_as_well(client: httpx.Client) -> None:
    assert post(client, parts({"a": ("one", b"1")}), headers={"authorization": "good"}).status_code == 200


OPERATIONS, MAP, FILE = parts({"a": ("one", b"1")})
MALFORMED: dict[str, list[Part]] = {
    "nothing": [],
    "operations alone": [OPERATIONS],
    "no file": [OPERATIONS, MAP],
    "map first": [MAP, OPERATIONS, FILE],
    "file first": [FILE, OPERATIONS, MAP],
    "a file more": [OPERATIONS, MAP, FILE, ("b", ("two", b"2"))],
    "another file": [OPERATIONS, MAP, ("b", ("two", b"2"))],
    "a file without a name": [OPERATIONS, MAP, ("a", (None, b"1"))],
    "operations as a file": [("operations", ("o.json", OPERATIONS[1][1])), MAP, FILE],
    "a batch": [("operations", (None, b"[" + OPERATIONS[1][1] + b"]")), MAP, FILE],
    "no JSON": [("operations", (None, b"{")), MAP, FILE],
    "map no JSON": [OPERATIONS, ("map", (None, b"{")), FILE],
    "map a list": [OPERATIONS, ("map", (None, b"[]")), FILE],
    "map empty": [OPERATIONS, ("map", (None, b"{}")), FILE],
    "map of eleven": [OPERATIONS, ("map", (None, json.dumps({str(n): ["variables.x"] for n in range(11)}).encode()))],
    **{
        f"path {path!r:.40}": [OPERATIONS, ("map", (None, json.dumps({"a": [path]}).encode())), FILE]
        for path in (
            "", "variables", "query", "variables.", "variables.none", "variables.files", "variables.files.9",
            "variables.files.-1", "variables.files.x", "variables.files.0.x", "variables.__class__", 7, None, "files.0",
            "variables.files.²", "variables.files." + "9" * 5_000,
        )
    },
    "the same path twice": [OPERATIONS, ("map", (None, b'{"a": ["variables.files.0", "variables.files.0"]}')), FILE],
    "a path that is taken": [
        ("operations", (None, json.dumps({"query": KEEP, "variables": {"files": ["x"]}}).encode())), MAP, FILE
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_told_so(name: str, client: httpx.Client) -> None:
    before = seen.mutations

    answer = (
        post(client, MALFORMED[name])
        if MALFORMED[name]
        else client.post("/graphql", content=b"", headers={"content-type": "multipart/form-data; boundary=x", **GUARD})
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "INVALID_JSON"}
    assert answer.headers["connection"] == "close"
    assert seen.mutations == before


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300]
)
def test_a_bad_boundary_is_told_so(kind: str, client: httpx.Client) -> None:
    assert client.post("/graphql", content=b"--x", headers={"content-type": kind, **GUARD}).status_code == 400


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_a_fault_of_ours(client: httpx.Client, body: bytes) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x", **GUARD}

    answer = client.post("/graphql", content=b"--x\r\n" + body, headers=kind)

    assert answer.status_code == 400


def test_the_document_is_judged_as_any_other(client: httpx.Client) -> None:
    deep = "mutation { keep(files: []) " + "{ x " * 100 + "}" * 100 + " }"
    many = "mutation($files: [File]!) {" + "".join(f"a{n}: keep(files: $files) " for n in range(2_000)) + "}"

    for query in (deep, many, "mutation($files: [File]!) { nothing(files: $files) }", "{"):
        answer = post(client, parts({"a": ("one", b"1")}, query=query))
        plain = client.post("/graphql", json={"query": query, "variables": {"files": []}})
        assert "data" not in answer.json()
        assert (answer.status_code, answer.json()) == (plain.status_code, plain.json())


def test_only_operations_that_take_files_are_sent_with_files(client: httpx.Client) -> None:
    for query in ("mutation($files: [File]!) { increment }", "query($files: [File]!) { hello }", "{ hello }"):
        answer = post(client, parts({"a": ("one", b"1")}, query=query))
        assert "data" not in answer.json()


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("forged", b"UNAUTHENTICATED"), ("expired", b"UNAUTHENTICATED"), ("may not", b"OUT_OF_STOCK")],
)
def test_who_may_not_is_refused_before_the_file_is_read(authorization: str, code: bytes, usual: str) -> None:
    status, body = _begun(usual, parts({"a": ("one", b"")}), {"authorization": authorization})

    assert status in {b"400", b"401"}
    assert code in body
    assert b"data" not in body


def test_a_file_that_is_too_large_is_refused_while_it_comes(client: httpx.Client) -> None:
    before = seen.mutations
    answer = post(client, parts({"a": ("one", b"1" * 100_001)}))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "CONTENT_TOO_LARGE")
    assert seen.mutations == before


def test_while_the_disk_is_full_senders_are_told_to_come_back(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen.mutations
    with monkeypatch.context() as patch, Path("/dev/full").open("wb") as full:
        patch.setattr(receiving, "TemporaryFile", lambda **_: full)
        answer = post(client, parts({"a": ("one", b"1")}))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (507, "INSUFFICIENT_STORAGE")
    assert seen.mutations == before
    assert post(client, parts({"a": ("one", b"1")})).status_code == 200


def test_all_files_together_have_a_limit(impatient: str) -> None:
    with httpx.Client(base_url=f"http://{impatient}") as client:
        answer = post(client, parts({"a": ("one", b"1" * 80_000), "b": ("two", b"2" * 80_000)}))

    assert answer.status_code == 413


def test_operations_and_map_have_the_limit_of_any_document(impatient: str) -> None:
    with httpx.Client(base_url=f"http://{impatient}") as client:
        answer = post(client, parts({"a": ("one", b"1")}, note="x" * 11_000))

    assert answer.status_code == 413


def test_who_stops_sending_is_cut_off(impatient: str) -> None:
    host, port = impatient.split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(_head(1_000) + _body(parts({"a": ("one", b"1")}))[:400])
        slow.settimeout(5)
        answer = slow.recv(10_000)

    assert b" 408 " in answer.splitlines()[0]


def test_who_has_not_said_what_for_keeps_no_place_and_must_say_it_soon(impatient: str) -> None:
    host, port = impatient.split(":")
    with socket.create_connection((host, int(port))) as slow, httpx.Client(base_url=f"http://{impatient}") as client:
        slow.sendall(_head(1_000, {"authorization": "forged"}) + b"--x\r\n")
        begun, statuses = time.monotonic(), set()
        slow.settimeout(0.05)
        answer = b""
        while not answer and time.monotonic() < begun + 3:
            slow.sendall(b"x")
            statuses.add(post(client, parts({"a": ("one", b"1")})).status_code)
            with suppress(TimeoutError):
                answer = slow.recv(10_000)

    assert statuses == {200}
    assert b" 408 " in answer.splitlines()[0]
    assert time.monotonic() - begun < 1


def test_while_as_many_as_may_are_sending_others_are_told_to_come_back(impatient: str) -> None:
    host, port = impatient.split(":")
    with socket.create_connection((host, int(port))) as slow, httpx.Client(base_url=f"http://{impatient}") as client:
        slow.sendall(_head(1_000) + _body(parts({"a": ("one", b"1")}))[:400])
        for _ in range(20):
            slow.sendall(b"x")
            busy = post(client, parts({"a": ("one", b"1")}))
            if busy.status_code == 503:
                break
    with httpx.Client(base_url=f"http://{impatient}") as client:
        status = _until_served(client)

    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert status == 200


def test_a_plain_value_is_no_file(client: httpx.Client) -> None:
    answer = client.post("/graphql", json={"query": KEEP, "variables": {"files": ["x"]}})

    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def _until_served(client: httpx.Client) -> int:
    for _ in range(30):
        status = post(client, parts({"a": ("one", b"1")})).status_code
        if status == 200:
            break
        time.sleep(0.1)
    return status


def _head(length: int, headers: dict[str, str] | None = None) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "host: x", "content-type: multipart/form-data; boundary=x"]
    lines += [f"{name}: {value}" for name, value in (headers or GUARD).items()]
    return "\r\n".join([*lines, f"content-length: {length}", "", ""]).encode()


def _body(sent: list[Part]) -> bytes:
    written = b""
    for name, (filename, content) in sent:
        named = f'; filename="{filename}"' if filename is not None else ""
        written += f'--x\r\ncontent-disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
    return written


def _begun(address: str, sent: list[Part], headers: dict[str, str]) -> tuple[bytes, bytes]:
    """The status and body that are answered although only the beginning of the file was sent."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.settimeout(5)
        connection.sendall(_head(50_000, headers) + _body(sent))
        answer = b""
        while chunk := connection.recv(10_000):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split()[1], body

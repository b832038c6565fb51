"""The line in the log that every operation leaves."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from .test_errors import ask
from .test_events import events


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('{ hello echo(text: "x") }', ("query", "hello", False)),
        ("mutation { increment }", ("mutation", "increment", False)),
        ("{ renamed: broken }", ("query", "broken", True)),
        ("{ ...few } fragment few on Query { hello }", ("query", "", False)),
    ],
)
def test_an_operation_leaves_one_line(client: httpx.Client, query: str, expected: tuple[str, str, bool]) -> None:
    with capture_logs() as logs:
        ask(client, query)

    [line] = _lines(logs)
    assert (line["kind"], line["root_field"], line["failed"]) == expected
    assert 0 <= line["milliseconds"] < 5_000
    assert set(line) == {"event", "log_level", "kind", "root_field", "failed", "milliseconds"}


def test_the_line_tells_how_long_it_took(client: httpx.Client) -> None:
    with capture_logs() as logs:
        ask(client, "{ slow(seconds: 0.05) }")

    [line] = _lines(logs)
    assert line["milliseconds"] >= 50


def test_an_operation_whose_variables_are_refused_has_failed_and_its_line_does_not_hold_them(
    client: httpx.Client,
) -> None:
    with capture_logs() as logs:
        ask(client, "query ($v: EvenNumber!) { even(value: $v) }", variables={"v": "jo@example.com"})

    [line] = _lines(logs)
    assert (line["root_field"], line["failed"]) == ("even", True)
    assert "jo@example.com" not in str(logs)


@pytest.mark.parametrize(
    ("field", "failed"), [("ticks(to: 3) { number }", False), ("breaks", True), ("neverStarts", True)]
)
def test_a_subscription_leaves_one_line_when_it_ends(client: httpx.Client, field: str, failed: bool) -> None:
    with capture_logs() as logs:
        events(client, f"subscription {{ {field} }}")

    [line] = _lines(logs)
    assert (line["kind"], line["failed"]) == ("subscription", failed)


def test_a_document_that_is_refused_leaves_none(client: httpx.Client) -> None:
    with capture_logs() as logs:
        ask(client, "{ nothing }")

    assert logs == []


def _lines(logs: list[EventDict]) -> list[dict[str, Any]]:
    return [dict(line) for line in logs if line["event"] == "graphql.operation"]

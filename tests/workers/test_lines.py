"""What each line of a worker's log says: which event it is about, for which consumer, and which request it goes back to."""

import json
from pathlib import Path
from typing import Any

from domain.shared.database import value
from domain.shared.logs import bind_request
from tests.backstage import Backstage, until
from tests.workers.probes import Flaky, Note, Refused, happen


async def test_every_line_of_a_message_says_whose_it_is(backstage: Backstage, tmp_path: Path) -> None:
    bind_request("request-7")
    backstage.start_relay()
    backstage.start_worker("SHORTEST_BACKOFF=100")

    [flaky] = await happen(Flaky)
    await until(lambda: value("SELECT done_at FROM inbox_entry WHERE event_id = $1", flaky))
    [refused] = await happen(Refused)
    await until(lambda: value("SELECT dead_at FROM inbox_entry WHERE event_id = $1", refused))

    lines = _lines(tmp_path / "1.log")
    assert {line["message"].split(" ")[0]: _whose(line) for line in lines if "consumer" in line} == {
        "Failed": ("probe_flaky", str(flaky), "request-7"),
        "Retrying": ("probe_flaky", str(flaky), "request-7"),
        "event": ("probe_refused", str(refused), "request-7"),
    }
    assert [line for line in lines if "probe_" in str(line) and "event_id" not in line] == []


async def test_what_a_consumer_writes_goes_back_to_the_request(backstage: Backstage) -> None:
    bind_request("request-8")
    backstage.start_relay()
    backstage.start_worker()

    await happen(Note)
    await until(lambda: value("SELECT count(*) FROM probe_effect"))

    assert await value("SELECT request_id FROM probe_effect") == "request-8"


async def test_what_no_request_began_goes_back_to_its_event(backstage: Backstage) -> None:
    bind_request("")
    backstage.start_relay()
    backstage.start_worker()

    [event] = await happen(Note)
    await until(lambda: value("SELECT count(*) FROM probe_effect"))

    assert await value("SELECT request_id FROM probe_effect") == str(event)


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def _whose(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["consumer"], line["event_id"], line["request_id"]

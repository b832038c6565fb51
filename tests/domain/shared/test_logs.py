"""What the log of a process says when things fail, and what it does not."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

SECRET = "anna.kaufmann@example.org"
_PROGRAM = f"""
import asyncio, logging, sys, threading
import structlog
from domain.shared.logs import configure_logs
configure_logs({{level!r}}, process="test")
SECRET = {SECRET!r}
def fail():
    raise ValueError(SECRET)
async def forgotten():
    fail()
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("try:\n    fail()\nexcept ValueError:\n    structlog.get_logger().exception('ours')", "ours"),
        ("try:\n    fail()\nexcept ValueError:\n    logging.getLogger('library').exception('theirs')", "theirs"),
        ("fail()", "nobody caught this"),
        ("threading.Thread(target=fail).start()", "nobody caught this"),
        ("class Odd:\n    def __del__(self): fail()\nOdd()", "this could not be raised"),
        (
            "async def main():\n    asyncio.create_task(forgotten())\n    await asyncio.sleep(0.01)\nasyncio.run(main())",
            "Task exception was never retrieved",
        ),
    ],
)
def test_an_exception_is_logged_with_its_place_and_without_its_values(tmp_path: Path, program: str, said: str) -> None:
    log = _run(tmp_path, program)

    [line] = [orjson.loads(one) for one in log.splitlines()]
    assert SECRET not in log
    assert line["message"] == said
    assert "ValueError(…)" in line["exception"]
    assert "in fail" in line["exception"]


def test_lines_that_quote_addresses_are_left_out(tmp_path: Path) -> None:
    log = _run(
        tmp_path,
        "log = logging.getLogger('uvicorn.error')\n"
        f"""log.info('%s - "WebSocket %s" [accepted]', '127.0.0.1', '/graphql?access_token={SECRET}')\n"""
        "log.info('Uvicorn running on %s', 'http://127.0.0.1')",
    )

    assert [orjson.loads(one)["message"] for one in log.splitlines()] == ["Uvicorn running on http://127.0.0.1"]


def test_at_debug_our_own_lines_are_shown_and_libraries_stay_quiet(tmp_path: Path) -> None:
    program = f"structlog.get_logger('workers.x').debug('ours')\nlogging.getLogger('websockets').debug('{SECRET}')"

    log = _run(tmp_path, program, level="DEBUG")

    assert [orjson.loads(one)["message"] for one in log.splitlines()] == ["ours"]


def _run(folder: Path, program: str, *, level: str = "INFO") -> str:
    script = folder / "program.py"
    script.write_text(_PROGRAM.format(level=level) + program)
    return subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=30, check=False, env={"PYTHONPATH": "."}
    ).stderr

"""`make bench` on a small scale."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.growth import grows

ROOT = Path(__file__).parents[2]


def test_a_quick_run_measures_all_operations_and_finds_no_growing_number_of_statements() -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    for operation in ("product list of 20", "product page", "purchase of 2 lines", "order list", "place an order"):
        assert operation in ended.stdout
    security, entries = (_table(ended.stdout, title) for title in ("Security", "The audit log"))
    assert len(_rows(security, r"a request with a token +[\d.]+ +[\d.]+ +a bare request")) == 1
    for part in ("token check, token known", "token check, token new", "permission check", "audit insert"):
        for beside in ("a bare request", "a bare use case"):
            assert len(_rows(security, rf"{part} +-?[\d.]+ +-?[\d.]+ +{beside}")) == 1
    assert len(_rows(security, r"log-in +[\d.]+ +[\d.]+ +argon2id alone")) == 1
    assert len(_rows(entries, r"[\d,]+ +[\d,]+ +\d\.\d\d")) == 1


def test_one_statement_more_at_any_size_is_growth() -> None:
    assert not grows({"list": [4, 4, 4], "page": [7, 7, 7]})
    assert grows({"list": [4, 4, 4], "page": [7, 7, 8]})


def _table(printed: str, title: str) -> list[str]:
    """The lines below a table's title, up to the next one."""
    lines = [line.strip() for line in printed.splitlines()]
    below = lines[lines.index(title) + 1 :]
    return below[: below.index("The audit log")] if "The audit log" in below else below


def _rows(table: list[str], pattern: str) -> list[str]:
    return [line for line in table if re.fullmatch(pattern, line)]

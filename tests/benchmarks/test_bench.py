"""`make bench` on a small scale."""

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


def test_one_statement_more_at_any_size_is_growth() -> None:
    assert not grows({"list": [4, 4, 4], "page": [7, 7, 7]})
    assert grows({"list": [4, 4, 4], "page": [7, 7, 8]})

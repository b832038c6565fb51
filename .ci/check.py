"""`make check`: every check that needs no running shop, side by side, a line for each and the output of those that fail."""

import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CODE = ("api", "domain", "workers", "hanse", "tests", "benchmarks", ".ci")

CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy", *CODE],
    "imports": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
    "schema.graphql": [PYTHON, ".ci/compare_schema.py"],
    "migrations": [PYTHON, "-m", "hanse.drift"],
    "lint": [PYTHON, "-m", "ruff", "check", "--output-format=concise", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
}


def main() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        started = {name: pool.submit(_run, command) for name, command in CHECKS.items()}
        passed = [_report(name, result) for name, result in started.items()]
    sys.exit(not all(passed))


def _run(command: list[str]) -> tuple[int, str, float]:
    begun = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + result.stderr, time.monotonic() - begun


def _report(name: str, result: Future[tuple[int, str, float]]) -> bool:
    code, output, seconds = result.result()
    print(f"{name:<16} {'failed' if code else 'ok'}  ({seconds:.1f} s)", flush=True)
    if code:
        print(output, flush=True)
    return code == 0


if __name__ == "__main__":
    main()

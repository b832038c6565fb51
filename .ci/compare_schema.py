"""Compares the API's schema with schema.graphql, as which it is checked in."""

import difflib
import subprocess
import sys
from pathlib import Path

CHECKED_IN = Path("schema.graphql")


def main() -> None:
    command = [sys.executable, "-m", "hanse", "export-schema"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr)
    before = CHECKED_IN.read_text().splitlines() if CHECKED_IN.exists() else []
    after = result.stdout.splitlines()
    changes = list(difflib.unified_diff(before, after, "schema.graphql", "the API", lineterm="", n=1))
    if changes:
        sys.exit("\n".join([*changes[:60], "If the change is meant: make schema, and say so in CHANGELOG.md"]))


if __name__ == "__main__":
    main()

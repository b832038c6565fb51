"""`hanse privacy erase-again`."""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import Progress

from domain.identity.privacy.erase import erase_again
from domain.shared.errors import DomainError, NotFound
from domain.shared.settings import settings
from hanse.failures import Failure
from hanse.interruptible import run
from hanse.steps import COLUMNS
from hanse.surroundings import prepared
from workers.privacy import ERASURE


def main() -> None:
    people = _people(_lines(sys.argv[1]))
    counts = run(_erase_again(people, Console(highlight=False)))
    if counts["in the way"]:
        raise SystemExit(1)


def _lines(place: str) -> list[str]:
    if place == "-":
        return sys.stdin.read().splitlines()
    file = Path(place)
    if not file.is_file():
        raise Failure(f"there is no file {file}", os.EX_NOINPUT)
    return file.read_text(encoding="utf-8", errors="replace").splitlines()


def _people(lines: Iterable[str]) -> list[UUID]:
    """Each once, in the order given. Nothing is erased when one line cannot be read."""
    people = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            people.append(UUID(line.strip()))
        except ValueError:
            raise Failure(f"line {number} is no id: one id a line, as the log's person_id", os.EX_DATAERR) from None
    return list(dict.fromkeys(people))


async def _erase_again(people: list[UUID], console: Console) -> Counter[str]:
    counts: Counter[str] = Counter()
    async with prepared(settings()):
        with Progress(*COLUMNS, console=console) as progress:
            for person_id in progress.track(people, description="Erasing again"):
                counts[await _outcome(person_id, console)] += 1
    console.print(
        f"Erased: {counts['erased']}. Erased before: {counts['before']}. Not in this database: {counts['unknown']}. "
        f"Something in the way: {counts['in the way']}."
    )
    return counts


async def _outcome(person_id: UUID, console: Console) -> str:
    try:
        return "erased" if await erase_again(person_id, ERASURE) else "before"
    except NotFound:
        return "unknown"
    except DomainError as refusal:
        console.print(f"[red]✗[/red] {person_id}: {refusal}", soft_wrap=True)
        return "in the way"


if __name__ == "__main__":
    main()

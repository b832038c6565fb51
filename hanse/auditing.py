"""`hanse audit verify`."""

import os
import re
import sys
from typing import Final

from rich.console import Console
from rich.progress import Progress

from domain.audit.entries import Head
from domain.audit.verify import Verification, count_entries, verify
from domain.audit.walking import Finding
from domain.identity.keys.keys import public_keys
from domain.shared.database import connect, disconnect
from domain.shared.settings import Settings, settings
from hanse.drift import pending
from hanse.engines import reachable
from hanse.failures import Failure
from hanse.interruptible import run
from hanse.secret_files import with_master_key
from hanse.steps import COLUMNS
from hanse.surroundings import enter

_HEAD: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_SHOWN: Final = 10


def main() -> None:
    noted = _noted(sys.argv[1])
    console = Console(highlight=False)
    verified = run(_verify(noted, console))
    _tell(verified, noted, console)
    if verified.findings:
        raise SystemExit(1)


def _noted(given: str) -> Head | None:
    if not given:
        return None
    found = _HEAD.fullmatch(given)
    if found is None:
        raise Failure("--head is a position and a hash, as an earlier `hanse audit verify` printed them", 2)
    return Head(int(found[1]), found[2])


async def _verify(noted: Head | None, console: Console) -> Verification:
    async with reachable(with_master_key(settings())) as known:
        enter(known)
        try:
            return await _verified(known, noted, console)
        finally:
            await disconnect()


async def _verified(known: Settings, noted: Head | None, console: Console) -> Verification:
    await connect(known)
    if await pending(known):
        raise Failure("the database is not up to date: run `hanse migrate`", os.EX_CONFIG)
    keys = await public_keys("audit")
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task("Audit log", total=await count_entries())
        return await verify(keys, noted=noted, tell=lambda count: progress.update(task, completed=count))


def _tell(verified: Verification, noted: Head | None, console: Console) -> None:
    mark = "[red]✗[/red]" if verified.findings else "[green]✓[/green]"
    console.print(f"{mark} Entries in good order: {verified.entries:,}. Checkpoints: {verified.checkpoints:,}.")
    if verified.waiting and not verified.relay_runs:
        console.print(f"  Entries that are not chained yet, for no relay runs: {verified.waiting:,}.")
    elif verified.waiting:
        console.print(f"  Entries that have no place in the chain yet: {verified.waiting:,}.")
    if noted is not None and not verified.findings:
        console.print(f"  The chain goes on from the head noted at {noted.position:,}.")
    for finding in verified.findings[:_SHOWN]:
        console.print(f"[red]✗[/red] {_line(finding)}", soft_wrap=True)
    if len(verified.findings) > _SHOWN:
        console.print(f"  … and {len(verified.findings) - _SHOWN:,} more of such, further on")
    console.print(f"Head, to be noted elsewhere: {verified.head}", soft_wrap=True)


def _line(finding: Finding) -> str:
    position = "no position" if finding.position is None else f"position {finding.position}"
    span = f" to {finding.last}" if finding.last not in {None, finding.position} else ""
    entry = f", entry {finding.entry_id}" if finding.entry_id else ""
    return f"{position}{span}{entry}: {finding.problem}"


if __name__ == "__main__":
    main()

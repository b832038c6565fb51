"""`hanse keys list`, `hanse keys rotate`, `hanse keys revoke`, `hanse keys rewrap`."""

import os
import sys
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from domain.identity.keys.key_rotation import NOTICE, revoke_access_key, rotate_keys
from domain.identity.keys.keys import PURPOSES, REFRESH, KeyFacts, active_key, stored_keys
from domain.identity.keys.openable import under_another_master_key
from domain.identity.keys.rewrap import rewrap_everything
from domain.shared.clock import now
from domain.shared.settings import settings
from hanse.failures import Failure
from hanse.interruptible import run
from hanse.steps import COLUMNS
from hanse.surroundings import prepared


def main() -> None:
    run(_run(_COMMANDS[sys.argv[1]], Console(highlight=False)))


async def _run(command: Callable[[Console], Awaitable[None]], console: Console) -> None:
    async with prepared(settings()):
        await command(console)


async def _list(console: Console) -> None:
    lines = []
    for purpose in PURPOSES:
        signs = (await active_key(purpose)).kid
        for key in await stored_keys(purpose):
            moments = [f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (key.created_at, key.active_from)]
            lines.append((key.kid, purpose, key.algorithm, *moments, _state(key, signs)))
    if console.is_terminal:
        console.print(_table(lines))
    else:
        sys.stdout.writelines("\t".join(line) + "\n" for line in lines)


def _table(lines: list[tuple[str, ...]]) -> Table:
    """A narrow window folds the names of keys and cuts nothing off."""
    table = Table(Column("key", overflow="fold"), "for", "algorithm", "made", "signs from", "state")
    for line in lines:
        table.add_row(*line)
    return table


def _state(key: KeyFacts, signs: str) -> str:
    if key.kid == signs:
        return "signs"
    if key.retired_at is None:
        return "published, signs later" if key.active_from > now() else "about to be retired"
    return "retired, verifies" if key.verifies() else "retired"


async def _rotate(console: Console) -> None:
    rotated = await rotate_keys()
    for kid in rotated.made:
        console.print(f"made {kid}: it is published, and signs in {NOTICE.total_seconds() / 60:.0f} minutes")
    for kid in rotated.retired:
        console.print(f"retired {kid}: its private half is destroyed")
    if not rotated.made:
        console.print("A key that was made before waits for its time to sign; none was made.")


async def _revoke(console: Console) -> None:
    kid = sys.argv[2]
    rotated = await revoke_access_key(kid)
    if not rotated.retired:
        raise Failure(f"no key for access tokens is called {kid}: `hanse keys list` shows them", os.EX_NOINPUT)
    seconds = f"{REFRESH.total_seconds():.0f} seconds"
    console.print(f"revoked {kid}: every process refuses what it signed within {seconds}, at once when restarted")
    for made in rotated.made:
        console.print(f"made {made}: it signs from now on")


async def _rewrap(console: Console) -> None:
    with Progress(*COLUMNS, console=console) as progress:
        bar = progress.add_task("Sealing keys anew", total=None)
        sealed = await rewrap_everything(lambda done, total: progress.update(bar, completed=done, total=total))
    if left := await under_another_master_key():
        listed = ", ".join(f"{count:,} {kind}" for kind, count in left.items())
        raise Failure(
            f"{sealed} keys sealed anew, but not all lie under HANSE_MASTER_KEY ({listed}): restart every part with it, "
            "then run `hanse keys rewrap` again",
            1,
        )
    console.print(f"{sealed} keys sealed anew. Every key lies under HANSE_MASTER_KEY.")
    console.print("Ask `hanse doctor` before the old key goes: a part that was not restarted may still seal under it.")


_COMMANDS = {"list": _list, "rotate": _rotate, "revoke": _revoke, "rewrap": _rewrap}

if __name__ == "__main__":
    main()

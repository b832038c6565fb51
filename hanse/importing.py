"""`hanse import transactions FILE`."""

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from domain.shared.settings import settings
from hanse.failures import Failure
from hanse.imports.refusal import ImportRefused
from hanse.imports.summary import summary_table
from hanse.imports.transactions import import_transactions
from hanse.interruptible import run
from hanse.learning_due import learn_anew
from hanse.steps import COLUMNS
from hanse.surroundings import prepared


def main() -> None:
    file = Path(sys.argv[1])
    if not file.is_file():
        raise Failure(f"there is no file {file}", os.EX_NOINPUT)
    run(_import(file, Console()))


async def _import(file: Path, console: Console) -> None:
    async with prepared(settings()) as known:
        rejects = known.data_dir / "imports" / f"{file.name}.rejects.csv"
        rejects.parent.mkdir(parents=True, exist_ok=True)
        try:
            with Progress(*COLUMNS, console=console) as progress:
                summary = await import_transactions(file, rejects=rejects, progress=progress)
        except ImportRefused as refusal:
            raise Failure(str(refusal), os.EX_DATAERR) from refusal
        if summary.changed:
            await learn_anew()
    console.print(summary_table(summary))


if __name__ == "__main__":
    main()

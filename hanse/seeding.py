"""`hanse seed`."""

from rich.console import Console
from rich.progress import Progress

from domain.shared.settings import settings
from hanse.interruptible import run
from hanse.learning_due import learn_anew
from hanse.seed import is_seeded, seed
from hanse.steps import COLUMNS
from hanse.surroundings import prepared


def main() -> None:
    run(_seed(Console(highlight=False)))


async def _seed(console: Console) -> None:
    async with prepared(settings()):
        if await is_seeded():
            console.print("The demo shop is there already.")
            return
        with Progress(*COLUMNS, console=console) as progress:
            await seed(progress)
        await learn_anew()


if __name__ == "__main__":
    main()

"""`hanse reindex`."""

from rich.console import Console
from rich.progress import Progress

from domain.catalog.listing.reindex import products_to_index, reindex
from domain.shared.settings import settings
from hanse.interruptible import run
from hanse.steps import COLUMNS
from hanse.surroundings import prepared


def main() -> None:
    run(_reindex(Console(highlight=False)))


async def _reindex(console: Console) -> None:
    async with prepared(settings()):
        total = await products_to_index(everything=True)
        with Progress(*COLUMNS, console=console) as progress:
            task = progress.add_task("Indexing products", total=total)
            await reindex(lambda count: progress.advance(task, count), everything=True)
        console.print(f"{total:,} products can be found.")


if __name__ == "__main__":
    main()

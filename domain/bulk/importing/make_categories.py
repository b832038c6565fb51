"""Categories that a file names by their path and the shop lacks, made before its products."""

from collections.abc import Iterable
from uuid import UUID

from domain.bulk.importing.lookups import names
from domain.catalog.categories.edit_categories import CreateCategory, create_category
from domain.shared.viewer import Viewer


async def make_categories(viewer: Viewer, paths: Iterable[tuple[str, ...]]) -> int:
    """Each in a transaction of its own, parents before children. Returns how many were made. Raises NotAllowed."""
    known: dict[tuple[str, ...], UUID] = dict((await names()).paths)
    made = 0
    for path in sorted(paths):
        for length in range(1, len(path) + 1):
            folded = tuple(part.casefold() for part in path[:length])
            if folded not in known:
                command = CreateCategory(name=path[length - 1], parent_id=known.get(folded[:-1]))
                known[folded] = await create_category(viewer, command)
                made += 1
    return made

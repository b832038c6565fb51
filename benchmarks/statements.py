"""Counting SQL statements for real: those that PostgreSQL logs of an API process, BEGIN and COMMIT included."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.load import Failed
from benchmarks.scripts import Script
from benchmarks.shop import another
from benchmarks.wire import Wire, wire
from domain.shared.database import run
from domain.shared.settings import Settings
from hanse.parts import parts
from hanse.readiness import with_free_port

_ROLE = "counted"
_TRIES = 3
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]+): (.*)")
_OWN = re.compile(r"typeinfo_tree|pg_catalog|set_config\('jit'|current_setting\('jit'")
"""What asyncpg asks once per connection and type: what the type is, with JIT turned off meanwhile."""


class Counter:
    """An API process of its own, whose statements PostgreSQL writes to its log."""

    def __init__(self, connection: Wire, log: Path) -> None:
        self.wire = connection
        self._log = log

    async def count(self, act: Script, *, prepared_by: Script | None = None) -> int:
        """How many statements `act` costs: the fewest of three tries, since statements are prepared at the first, and the
        process looks for new events now and then. Raises Failed when PostgreSQL has logged none.
        """
        tries = []
        for _ in range(_TRIES):
            if prepared_by is not None:
                await prepared_by(self.wire)
            tries.append(await self._cost(act))
        if min(tries) == 0:
            raise Failed(f"no statement in {self._log}")
        return min(tries)

    async def _cost(self, act: Script) -> int:
        before = self._log.stat().st_size
        await act(self.wire)
        with self._log.open("rb") as log:
            log.seek(before)
            written = log.read().decode(errors="replace")
        return sum(not _OWN.search(statement) for statement in _STATEMENT.findall(written))


@asynccontextmanager
async def counter(known: Settings) -> AsyncIterator[Counter]:
    """Started for the block, beside the shop's own API process."""
    await run(f"CREATE ROLE {_ROLE} SUPERUSER LOGIN")
    await run(f"ALTER ROLE {_ROLE} SET log_statement = 'all'")
    own = with_free_port(known.model_copy(update={"port": 0}))
    own = own.model_copy(update={"database_url": known.database_url.replace("//postgres:", f"//{_ROLE}:")})
    (part,) = (one for one in parts(own) if one.name == "api")
    async with another(part, own):
        connection = await wire(own.port)
        try:
            yield Counter(connection, known.data_dir.resolve() / "logs" / "postgres.log")
        finally:
            connection.close()

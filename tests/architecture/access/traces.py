"""Whether a refusal left anything in the database."""

from dataclasses import dataclass, field
from typing import Any

from tests.architecture.access.undo import OneConnection

_TOUCHED = (
    """SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"""
)
"""What may have changed: writes that were rolled back are counted too."""


@dataclass
class Traces:
    """`found` grows with each table that a refused mutation has changed, beside who asked for what."""

    pool: OneConnection
    before: dict[str, str]
    found: list[str] = field(default_factory=list)

    @classmethod
    async def of(cls, pool: OneConnection) -> "Traces":
        async with pool.held() as raw:
            tables = await raw.fetch("SELECT relname FROM pg_stat_user_tables")
            return cls(pool, {one["relname"]: await _digest(raw, one["relname"]) for one in tables})

    async def look(self, what: str) -> None:
        async with self.pool.held() as raw:
            for one in await raw.fetch(_TOUCHED):
                if await _digest(raw, one["relname"]) != self.before[one["relname"]]:
                    self.found.append(f"{what}: {one['relname']}")


async def _digest(raw: Any, table: str) -> str:
    found: str = await raw.fetchval(
        f"SELECT count(*) || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
    )
    return found

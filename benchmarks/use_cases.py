"""A use case that does next to nothing, one conditional update in a transaction: bare, and with its audit entry."""

from uuid import UUID

from domain.audit.record import record
from domain.shared.database import run, value
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


async def a_level() -> UUID:
    """What is updated. Needs the pool and a filled shop, as all of this does."""
    level: UUID = await value("SELECT id FROM stock_level LIMIT 1")
    return level


async def a_viewer() -> Viewer:
    return Viewer(user_id=await value("SELECT id FROM users LIMIT 1"))


@use_case
async def update(level: UUID) -> None:
    await run("UPDATE stock_level SET on_hand = on_hand + 1 WHERE id = $1", level)


@use_case
async def update_audited(viewer: Viewer, level: UUID) -> None:
    await run("UPDATE stock_level SET on_hand = on_hand + 1 WHERE id = $1", level)
    await record(viewer, "adjustStock", subject=("stock_level", level), after={"delta": 1})

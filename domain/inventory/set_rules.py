"""What is held back from sale, what may be sold before it comes, and when a level counts as low."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.inventory.announce import Change, Counters, announce
from domain.inventory.events import StockRulesSet
from domain.inventory.own_level import own_level
from domain.inventory.quantities import checked_units
from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import row
from domain.shared.errors import StaleVersion
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class SetStockRules:
    """All three at once; `low_at` None: the level never counts as low."""

    variant_id: UUID
    warehouse_id: UUID
    safety: int
    backorder_limit: int
    low_at: int | None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def set_stock_rules(viewer: Viewer, command: SetStockRules) -> UUID:
    """Returns the level's id. What is reserved stays so, also beyond what is available under the new rules.

    Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion.
    """
    checked_units(command.safety, field="safety")
    checked_units(command.backorder_limit, field="backorderLimit")
    if command.low_at is not None:
        checked_units(command.low_at, field="lowAt")
    level = await own_level(viewer, command.variant_id, command.warehouse_id)
    if earlier := await replayed(viewer, "setStockRules", command, level.id):
        return earlier
    before = await _current(level.id)
    if command.expected_version not in {None, before["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=before["version"])
    after = await _store(level.id, command)
    await record(viewer, "setStockRules", subject=("stock_level", level.id), before=_rules(before), after=_rules(after))
    await emit(StockRulesSet(subject_id=level.id, sequence=after["version"]))
    change = Change(level.id, command.variant_id, command.warehouse_id, _counters(before), _counters(after))
    await announce([change], quietly=True)
    await refresh_stocked([before["product_id"]])
    return level.id


_COLUMNS = "s.on_hand, s.reserved, s.safety, s.backorder_limit, s.low_at, s.version"


async def _current(level_id: UUID) -> asyncpg.Record:
    found = await row(
        f"SELECT {_COLUMNS}, v.product_id FROM stock_level s JOIN variant v ON v.id = s.variant_id WHERE s.id = $1",
        level_id,
    )
    assert found is not None
    return found


async def _store(level_id: UUID, command: SetStockRules) -> asyncpg.Record:
    found = await row(
        f"""UPDATE stock_level s SET safety = $2, backorder_limit = $3, low_at = $4, version = s.version + 1
            WHERE s.id = $1 RETURNING {_COLUMNS}""",
        level_id,
        command.safety,
        command.backorder_limit,
        command.low_at,
    )
    assert found is not None
    return found


def _counters(found: asyncpg.Record) -> Counters:
    return Counters(found["on_hand"], found["reserved"], found["safety"], found["backorder_limit"], found["low_at"])


def _rules(found: asyncpg.Record) -> dict[str, object]:
    return {name: found[name] for name in ("safety", "backorder_limit", "low_at")}

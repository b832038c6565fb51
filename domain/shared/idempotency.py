"""The same key twice: one effect, two equal answers."""

from dataclasses import asdict, is_dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import IdempotencyKeyReused, InvalidInput
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

MAX_KEY_LENGTH = 200


async def replayed(viewer: Viewer, kind: str, command: Any, result_id: UUID) -> UUID | None:
    """Claim `command.key` for this viewer and kind of write, before any work.

    None: the key is new (or the command has none) and the caller goes on to make `result_id`. Otherwise the id that the
    first write made. A second claim at the same moment waits until the first commits or rolls back. Raises
    IdempotencyKeyReused when the key came with other input, InvalidInput when it is empty or too long.
    """
    require_transaction("replayed")
    if command.key is None:
        return None
    if not 0 < len(command.key) <= MAX_KEY_LENGTH:
        raise InvalidInput(field="idempotencyKey", rule="length", limit=f"1..{MAX_KEY_LENGTH}")
    actor = str(viewer.actor_id or "")
    fingerprint = _fingerprint(command)
    claimed = await run(
        """INSERT INTO idempotency_key (id, actor, kind, key, fingerprint, result_id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (actor, kind, key) DO NOTHING""",
        new_id(),
        actor,
        kind,
        command.key,
        fingerprint,
        result_id,
        now(),
    )
    if claimed:
        return None
    earlier = await row(
        "SELECT fingerprint, result_id FROM idempotency_key WHERE actor = $1 AND kind = $2 AND key = $3",
        actor,
        kind,
        command.key,
    )
    if earlier is None or earlier["fingerprint"] != fingerprint:
        raise IdempotencyKeyReused(key=command.key)
    found: UUID = earlier["result_id"]
    return found


def _fingerprint(command: Any) -> str:
    assert is_dataclass(command)
    assert not isinstance(command, type)
    return sha256(orjson.dumps(asdict(command), default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()

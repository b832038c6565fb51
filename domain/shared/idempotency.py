"""The same key twice: one effect, two equal answers."""

from dataclasses import asdict, is_dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import IdempotencyKeyReused, InvalidInput
from domain.shared.ids import new_id
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
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
    fingerprint = await _fingerprint(command)
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


async def forget_keys_of(actor_id: UUID) -> None:
    """Delete what was noted of this person's writes: a fingerprint of input can be guessed by who knows what to try."""
    require_transaction("forget_keys_of")
    await run("DELETE FROM idempotency_key WHERE actor = $1", str(actor_id))


async def _fingerprint(command: Any) -> str:
    """Keyed, so that nobody finds out by trying whose name or address stood in the command."""
    assert is_dataclass(command)
    assert not isinstance(command, type)
    text = orjson.dumps(asdict(command), default=str, option=orjson.OPT_SORT_KEYS).decode()
    return keyed_hash(text, key=await secret_for("idempotency"))

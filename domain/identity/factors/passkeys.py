"""The passkeys that people have, and taking one away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.audit.record import record
from domain.identity.factors.factor_changes import note_removed
from domain.identity.factors.passkey_site import LABEL_SEALED_AS
from domain.identity.factors.recent_log_in import require_recent_log_in
from domain.identity.factors.second_factor import lock_person
from domain.identity.personal import person_keys
from domain.shared.database import rows, run
from domain.shared.errors import not_found
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class PasskeyFacts:
    """`label` is what the person called it."""

    id: UUID
    label: str | None = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None


async def passkeys_of(user_ids: Sequence[UUID]) -> dict[UUID, list[PasskeyFacts]]:
    """By person, oldest first; in two statements. Who may ask is for the caller to decide."""
    found = await rows(
        """SELECT id, user_id, label_sealed, created_at, last_used_at FROM passkey
           WHERE user_id = ANY($1) ORDER BY created_at, id""",
        user_ids,
    )
    keys = await person_keys([one["user_id"] for one in found])
    by_person: dict[UUID, list[PasskeyFacts]] = {}
    for one in found:
        key = keys.get(one["user_id"])
        label = None if key is None else key.open(one["label_sealed"], LABEL_SEALED_AS)
        shown = PasskeyFacts(one["id"], label, one["created_at"], one["last_used_at"])
        by_person.setdefault(one["user_id"], []).append(shown)
    return by_person


async def remove_passkey(viewer: Viewer, passkey_id: UUID, password: str | None = None) -> None:
    """Every other device is signed out. Raises NotFound unless it is one's own, and what `require_recent_log_in` raises."""
    await require_recent_log_in(viewer, password)
    await _remove(viewer, passkey_id)


@use_case
async def _remove(viewer: Viewer, passkey_id: UUID) -> None:
    user_id = viewer.signed_in()
    await lock_person(user_id)
    if not await run("DELETE FROM passkey WHERE id = $1 AND user_id = $2", passkey_id, user_id):
        raise not_found("Passkey", passkey_id)
    await record(viewer, "removePasskey", subject=("passkey", passkey_id), before={"userId": user_id})
    await note_removed(viewer, user_id, "passkey")

"""Personal data at rest: each person's under a data key of their own, so that destroying the key erases the person."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.shared import sealing
from domain.shared.clock import now
from domain.shared.database import rows, run, run_many
from domain.shared.master_key import present_name, seal, unseal
from domain.shared.sealing import KEY_BYTES, Unopenable
from domain.shared.transactions import require_transaction, use_case


@dataclass(frozen=True)
class PersonKey:
    """Seals and opens what belongs to one person. `of` names the field: a sealed value opens only as that field."""

    person_id: UUID
    key: bytes = field(repr=False)

    def seal(self, text: str, of: str) -> str:
        return sealing.sealed(text.encode(), label=self._label(of), key=self.key)

    def open(self, sealed: str | None, of: str) -> str | None:
        """None for what is not there, or lies under a key that this person had before they were erased."""
        if sealed is None:
            return None
        try:
            return sealing.opened(sealed, label=self._label(of), key=self.key).decode()
        except Unopenable:
            return None

    def _label(self, of: str) -> str:
        return f"{of} of {self.person_id}"


def made_person_key(person_id: UUID) -> tuple[PersonKey, str]:
    """A fresh key and the text to store of it, for those who write many people at once."""
    raw = os.urandom(KEY_BYTES)
    return PersonKey(person_id, raw), seal(raw, label=_label(person_id))


async def new_person_key(person_id: UUID) -> PersonKey:
    """Make and store the key of somebody new."""
    require_transaction("new_person_key")
    made, stored = made_person_key(person_id)
    await run("INSERT INTO person_key (person_id, sealed, created_at) VALUES ($1, $2, $3)", person_id, stored, now())
    return made


async def person_key(person_id: UUID) -> PersonKey | None:
    """None for somebody unknown, and for somebody whose key was destroyed."""
    return (await person_keys([person_id])).get(person_id)


async def person_keys(person_ids: Sequence[UUID]) -> dict[UUID, PersonKey]:
    """The keys that there are, by person, in one statement."""
    found = await rows("SELECT person_id, sealed FROM person_key WHERE person_id = ANY($1)", list(set(person_ids)))
    return {one["person_id"]: opened_person_key(one["person_id"], one["sealed"]) for one in found if one["sealed"]}


def opened_person_key(person_id: UUID, stored: str) -> PersonKey:
    """The key from the text that is stored of it. Raises KeysUnusable."""
    return PersonKey(person_id, unseal(stored, label=_label(person_id)))


async def destroy_person_key(person_id: UUID) -> None:
    """Nobody can read this person's data any more, in no table and no copy of one. Again changes nothing."""
    require_transaction("destroy_person_key")
    await run(
        "UPDATE person_key SET sealed = NULL, destroyed_at = $2 WHERE person_id = $1 AND sealed IS NOT NULL",
        person_id,
        now(),
    )


@use_case
async def rewrap_person_keys(limit: int) -> int:
    """Seal up to `limit` keys anew that lie under an earlier master key. Returns how many; 0 when none is left."""
    found = await rows(
        """SELECT person_id, sealed FROM person_key WHERE sealed IS NOT NULL AND NOT starts_with(sealed, $1)
           ORDER BY person_id LIMIT $2 FOR UPDATE""",
        f"{present_name()}.",
        limit,
    )
    opened = [opened_person_key(one["person_id"], one["sealed"]) for one in found]
    await run_many(
        "UPDATE person_key SET sealed = $2 WHERE person_id = $1",
        [(one.person_id, seal(one.key, label=_label(one.person_id))) for one in opened],
    )
    return len(opened)


def _label(person_id: UUID) -> str:
    return f"data key of {person_id}"

"""Second factors: whether a log-in showed two, and which ones somebody has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import rows, value
from domain.shared.errors import NotAllowed
from domain.shared.transactions import require_transaction

MFA = "mfa"
"""RFC 8176: more than one factor was shown; the single ones stand beside it."""


@dataclass(frozen=True)
class Factors:
    """`recovery_codes` are those not used yet. They are no factor of their own: they stand in for one that was lost."""

    totp: bool
    passkeys: int
    recovery_codes: int

    @property
    def methods(self) -> tuple[str, ...]:
        """What may be shown after the password; empty for who has no second factor."""
        own = (("totp", self.totp), ("passkey", self.passkeys > 0))
        found = tuple(name for name, there in own if there)
        return (*found, "recovery_code") if found and self.recovery_codes else found


def satisfied(methods: Iterable[str]) -> bool:
    """Whether a log-in by `methods` (names of RFC 8176) showed two factors."""
    return MFA in methods


async def factors_of(user_id: UUID) -> Factors:
    return (await factors_of_many([user_id]))[user_id]


async def factors_of_many(user_ids: Sequence[UUID]) -> dict[UUID, Factors]:
    """Of each of them, in one statement. Who may ask is for the caller to decide."""
    found = await rows(
        """SELECT person.id,
                  EXISTS (SELECT FROM totp WHERE user_id = person.id AND confirmed_at IS NOT NULL) AS totp,
                  (SELECT count(*) FROM passkey WHERE user_id = person.id) AS passkeys,
                  (SELECT count(*) FROM recovery_code WHERE user_id = person.id AND used_at IS NULL) AS recovery_codes
           FROM unnest($1::uuid[]) AS person (id)""",
        user_ids,
    )
    return {one["id"]: Factors(one["totp"], one["passkeys"], one["recovery_codes"]) for one in found}


async def lock_person(user_id: UUID) -> None:
    """Changes of one person's factors follow each other. Raises NotAllowed for guests, who cannot log in again."""
    require_transaction("lock_person")
    is_guest = await value("SELECT is_guest FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE", user_id)
    if is_guest is not False:
        raise NotAllowed(permission="account")

"""What protects an account beside its password."""

from datetime import datetime
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.ids import encode
from domain.identity.factors.passkeys import PasskeyFacts


@strawberry.type(directives=[Access(requires=PARENT)])
class Passkey:
    id: strawberry.ID
    label: str | None = strawberry.field(description="What the person called it.")
    created_at: datetime
    last_used_at: datetime | None


@strawberry.type(directives=[Access(requires=PARENT)], description="What protects an account beside its password.")
class SecondFactors:
    user_id: strawberry.Private[UUID]

    @field(PARENT, description="Whether codes of an authenticator app are switched on.")
    async def totp(self, info: Info) -> bool:
        found = await info.context.loaders.second_factors.load(self.user_id)
        return found is not None and found.totp

    @field(PARENT, description="Recovery codes that were not used yet.")
    async def recovery_codes_left(self, info: Info) -> int:
        found = await info.context.loaders.second_factors.load(self.user_id)
        return 0 if found is None else found.recovery_codes

    @field(
        PARENT,
        description="Whether one's roles give no rights in this session, since it has not shown a second factor.",
    )
    def needed(self, info: Info) -> bool:
        viewer = info.context.viewer
        return viewer.user_id == self.user_id and viewer.needs_second_factor

    @field(PARENT, description="Oldest first, 20 at most.")
    async def passkeys(self, info: Info) -> list[Passkey]:
        return [_passkey(one) for one in await info.context.loaders.passkeys.load(self.user_id)]


def _passkey(facts: PasskeyFacts) -> Passkey:
    return Passkey(
        id=strawberry.ID(encode("Passkey", facts.id)),
        label=facts.label,
        created_at=facts.created_at,
        last_used_at=facts.last_used_at,
    )

"""Changing one's own profile."""

import strawberry

from api.access import PERSON, mutation
from api.context import Info
from api.schema.identity import User, show_user
from api.schema.profile import UpdateProfileInput, UpdateProfileResult, changes_of
from domain.identity.accounts.profile import UpdateProfile, update_profile
from domain.identity.queries import user
from domain.shared.errors import not_found


@strawberry.type
class ProfileMutation:
    @mutation(PERSON, result=UpdateProfileResult, description="For people with an account.")
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> User:
        command = UpdateProfile(changes_of(input), input.expected_version, input.idempotency_key)
        owner_id = await update_profile(info.context.viewer, command)
        found = await user(owner_id)
        if found is None:
            raise not_found("User", owner_id)
        return show_user(found, info.context.viewer)

"""Reading and changing channels."""

from uuid import UUID

import strawberry

from api.access import PUBLIC, field, mutation
from api.context import Info
from api.ids import decode
from api.schema.channels import (
    Channel,
    CreateChannelInput,
    CreateChannelResult,
    UpdateChannelInput,
    UpdateChannelResult,
    show_channel,
)
from domain.channels.create import CreateChannel, create_channel
from domain.channels.queries import channel_by_id, listed_channels
from domain.channels.update import UpdateChannel, update_channel
from domain.shared.errors import not_found


@strawberry.type
class ChannelsQuery:
    @field(PUBLIC, description="The open ones, in their order; closed ones too for who holds `channels.write`.")
    async def channels(self, info: Info, *, include_closed: bool = False) -> list[Channel]:
        found = await listed_channels(info.context.viewer, include_closed=include_closed)
        return [show_channel(one) for one in found]


@strawberry.type
class ChannelsMutation:
    @mutation("channels.write", result=CreateChannelResult)
    async def create_channel(self, info: Info, input: CreateChannelInput) -> Channel:
        command = CreateChannel(
            name=input.name,
            title=input.title,
            currencies=tuple(input.currencies),
            languages=tuple(input.languages),
            countries=tuple(input.countries),
            is_open=input.is_open,
            position=input.position,
            key=input.idempotency_key,
        )
        return await _shown(info, await create_channel(info.context.viewer, command))

    @mutation("channels.write", result=UpdateChannelResult, description="Other processes know within five seconds.")
    async def update_channel(self, info: Info, input: UpdateChannelInput) -> Channel:
        command = UpdateChannel(
            channel_id=decode("Channel", input.channel_id, field="channelId"),
            title=input.title,
            currencies=_tuple(input.currencies),
            languages=_tuple(input.languages),
            countries=_tuple(input.countries),
            is_open=input.is_open,
            position=input.position,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await update_channel(info.context.viewer, command))


def _tuple(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


async def _shown(info: Info, channel_id: UUID) -> Channel:
    found = await channel_by_id(info.context.viewer, channel_id)
    if found is None:
        raise not_found("Channel", channel_id)
    return show_channel(found)

"""Channels, made through the use case."""

from collections.abc import Sequence
from uuid import uuid4

from domain.channels.create import CreateChannel, create_channel
from domain.channels.known import ChannelFacts, channels
from domain.shared.viewer import PLATFORM


async def a_channel(
    *,
    currencies: Sequence[str] = ("EUR",),
    languages: Sequence[str] = ("en",),
    countries: Sequence[str] = (),
    is_open: bool = True,
) -> ChannelFacts:
    """A channel behind all others."""
    command = CreateChannel(
        name=f"channel-{uuid4().hex[:12]}",
        title="Test Channel",
        currencies=tuple(currencies),
        languages=tuple(languages),
        countries=tuple(countries),
        is_open=is_open,
    )
    channel_id = await create_channel(PLATFORM, command)
    return await channel_now(channel_id)


async def channel_now(channel_id: object) -> ChannelFacts:
    """The channel, closed or not, as this process knows it."""
    (found,) = [one for one in await channels() if one.id == channel_id]
    return found

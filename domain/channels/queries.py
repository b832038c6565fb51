"""Reading channels."""

from collections.abc import Iterable
from uuid import UUID

from domain.channels.create import WRITE
from domain.channels.known import ChannelFacts, channels, channels_now
from domain.shared.viewer import Viewer


async def listed_channels(viewer: Viewer, *, include_closed: bool = False) -> list[ChannelFacts]:
    """In their order. Closed ones are for who may change them: raises NotSignedIn or NotAllowed for others."""
    if include_closed:
        viewer.require(WRITE)
    return [one for one in await channels() if one.is_open or include_closed]


async def channel_by_id(viewer: Viewer, channel_id: UUID) -> ChannelFacts | None:
    """None for a closed one that the viewer may not change, as for one that there is not."""
    found = _with_id(await channels(), channel_id) or _with_id(await channels_now(), channel_id)
    return found if found is not None and (found.is_open or viewer.may(WRITE)) else None


def _with_id(known: Iterable[ChannelFacts], channel_id: UUID) -> ChannelFacts | None:
    return next((one for one in known if one.id == channel_id), None)

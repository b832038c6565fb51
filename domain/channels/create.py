"""A channel more."""

from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.channels.errors import ChannelExists, TooManyChannels
from domain.channels.events import ChannelCreated
from domain.channels.known import forget_known
from domain.channels.rules import (
    checked_countries,
    checked_currencies,
    checked_languages,
    checked_name,
    checked_position,
    checked_title,
)
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

WRITE: Final = "channels.write"
MAX_CHANNELS: Final = 100


@dataclass(frozen=True)
class CreateChannel:
    """Without a position it comes last. `countries`: those it delivers to; none means everywhere."""

    name: str
    title: str
    currencies: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...] = ()
    is_open: bool = True
    position: int | None = None
    key: str | None = None


async def create_channel(viewer: Viewer, command: CreateChannel) -> UUID:
    """The new channel's id. Nothing is live in it yet, and no warehouse serves it.

    Raises NotSignedIn, NotAllowed, InvalidInput, ChannelExists, TooManyChannels, IdempotencyKeyReused.
    """
    channel_id = await _create(viewer, command)
    forget_known()  # not before the commit: whoever asks meanwhile would remember what was
    return channel_id


@use_case
async def _create(viewer: Viewer, command: CreateChannel) -> UUID:
    viewer.require(WRITE)
    checked, channel_id = _checked(command), new_id()
    if earlier := await replayed(viewer, "createChannel", command, channel_id):
        return earlier
    await _insert(channel_id, checked, position=await _place(checked))
    after = {name: value for name, value in asdict(checked).items() if name != "key"}
    await record(viewer, "createChannel", subject=("channel", channel_id), after=after)
    await emit(ChannelCreated(subject_id=channel_id, sequence=1, name=checked.name))
    return channel_id


def _checked(command: CreateChannel) -> CreateChannel:
    return CreateChannel(
        name=checked_name(command.name),
        title=checked_title(command.title),
        currencies=checked_currencies(command.currencies),
        languages=checked_languages(command.languages),
        countries=checked_countries(command.countries),
        is_open=command.is_open,
        position=None if command.position is None else checked_position(command.position),
        key=command.key,
    )


async def _place(command: CreateChannel) -> int:
    """Where the channel stands. Until the transaction ends, no other is made and none is changed."""
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.CHANNELS)
    found = await row(
        """SELECT count(*) AS channels, coalesce(bool_or(name = $1), FALSE) AS is_taken, coalesce(max(position), -1) AS last
           FROM channel""",
        command.name,
    )
    assert found is not None
    if found["is_taken"]:
        raise ChannelExists(channel=command.name)
    if found["channels"] >= MAX_CHANNELS:
        raise TooManyChannels(max_channels=MAX_CHANNELS)
    return int(found["last"]) + 1 if command.position is None else command.position


async def _insert(channel_id: UUID, command: CreateChannel, *, position: int) -> None:
    await run(
        """INSERT INTO channel (id, name, title, currencies, languages, countries, is_open, position, version, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)""",
        channel_id,
        command.name,
        command.title,
        orjson.dumps(command.currencies).decode(),
        orjson.dumps(command.languages).decode(),
        orjson.dumps(command.countries).decode(),
        command.is_open,
        position,
        now(),
    )

"""Changing a channel, closing and opening it. It is never removed: orders, carts and publications go by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.channels.create import WRITE
from domain.channels.errors import LastOpenChannel
from domain.channels.events import ChannelUpdated
from domain.channels.known import forget_known
from domain.channels.rules import (
    checked_countries,
    checked_currencies,
    checked_languages,
    checked_position,
    checked_title,
)
from domain.shared.database import row, run, value
from domain.shared.errors import StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.locks import AdvisoryLock
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class UpdateChannel:
    """What is None stays as it is."""

    channel_id: UUID
    title: str | None = None
    currencies: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    is_open: bool | None = None
    position: int | None = None
    expected_version: int | None = None
    key: str | None = None


_RULES: Mapping[str, Callable[[Any], object]] = {
    "title": checked_title,
    "currencies": checked_currencies,
    "languages": checked_languages,
    "countries": checked_countries,
    "is_open": bool,
    "position": checked_position,
}
_LISTS = ("currencies", "languages", "countries")


async def update_channel(viewer: Viewer, command: UpdateChannel) -> UUID:
    """Change what is given of a channel; where nothing differs, nothing is written. Other processes know within seconds.

    Open carts keep their currency; one that the channel left, or a channel that was closed, is refused by what goes on
    with the cart. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, LastOpenChannel, StaleVersion,
    IdempotencyKeyReused.
    """
    channel_id = await _update(viewer, command)
    forget_known()  # not before the commit: whoever asks meanwhile would remember what was
    return channel_id


@use_case
async def _update(viewer: Viewer, command: UpdateChannel) -> UUID:
    viewer.require(WRITE)
    given = {name: getattr(command, name) for name in _RULES}
    changes = {name: _RULES[name](wanted) for name, wanted in given.items() if wanted is not None}
    if await replayed(viewer, "updateChannel", command, command.channel_id):
        return command.channel_id
    found = await _held(command)
    before = {name: found[name] for name in changes if found[name] != changes[name]}
    if not before:
        return command.channel_id
    if "is_open" in before and not changes["is_open"]:
        await _require_other_open(found["name"])
    after = {name: changes[name] for name in before}
    await _store(command.channel_id, {**found, **after})
    await record(viewer, "updateChannel", subject=("channel", command.channel_id), before=before, after=after)
    is_open = bool({**found, **after}["is_open"])
    await emit(
        ChannelUpdated(
            subject_id=command.channel_id, sequence=found["version"] + 1, name=found["name"], is_open=is_open
        )
    )
    return command.channel_id


async def _held(command: UpdateChannel) -> dict[str, Any]:
    """The channel as it is. Until the transaction ends, neither it nor another channel changes."""
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.CHANNELS)
    found = await row(
        """SELECT name, title, currencies, languages, countries, is_open, position, version
           FROM channel WHERE id = $1""",
        command.channel_id,
    )
    if found is None:
        raise not_found("Channel", command.channel_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    return {**found, **{name: tuple(orjson.loads(found[name])) for name in _LISTS}}


async def _require_other_open(name: str) -> None:
    if not await value("SELECT EXISTS (SELECT FROM channel WHERE is_open AND name <> $1)", name):
        raise LastOpenChannel(channel=name)


async def _store(channel_id: UUID, facts: Mapping[str, Any]) -> None:
    await run(
        """UPDATE channel SET title = $2, currencies = $3, languages = $4, countries = $5, is_open = $6, position = $7,
                              version = version + 1
           WHERE id = $1""",
        channel_id,
        facts["title"],
        *(orjson.dumps(facts[name]).decode() for name in _LISTS),
        facts["is_open"],
        facts["position"],
    )

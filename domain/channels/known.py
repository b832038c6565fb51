"""The channels as they stand in the database, without asking it each time."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final
from uuid import UUID

import orjson

from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.messages import LANGUAGES
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction

REFRESH_SECONDS = 5.0
FIRST: Final = "main"
_COLUMNS = "id, name, title, currencies, languages, countries, is_open, position, version"


@dataclass(frozen=True)
class ChannelFacts:
    """The first currency and the first language stand in where a request names none; no countries mean everywhere."""

    id: UUID
    name: str
    title: str
    currencies: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    is_open: bool
    position: int
    version: int


@dataclass
class _Known:
    channels: tuple[ChannelFacts, ...] = ()
    read_at: float = field(default=-math.inf)


_known = _Known()


async def channels() -> tuple[ChannelFacts, ...]:
    """All of them in their order, closed ones included, at most `REFRESH_SECONDS` behind the database."""
    if monotonic() - _known.read_at < REFRESH_SECONDS and _known.channels:
        return _known.channels
    started = _known.read_at = monotonic()  # whoever asks while the statement runs goes on with the earlier rows
    found = await rows(f"SELECT {_COLUMNS} FROM channel ORDER BY position, name")
    read = tuple(_facts(dict(one)) for one in found)
    if _known.read_at == started:  # else a change was committed meanwhile, which these rows may not tell of
        _known.channels = read
    return read


async def channels_now() -> tuple[ChannelFacts, ...]:
    """As the database has them: for what memory does not know, since another process may have made it just now."""
    forget_known()
    return await channels()


async def channel(name: str | None, *, field: str = "channel") -> ChannelFacts:
    """The open channel of this name, the first open one when none is given. Raises InvalidInput."""
    found = _open(await channels(), name) or _open(await channels_now(), name)
    if found is None:
        known = ", ".join(one.name for one in await channels() if one.is_open)
        raise InvalidInput(field=field, rule="oneOf", limit=known)
    return found


async def channel_named(name: str) -> ChannelFacts | None:
    """The channel of this name, open or closed."""
    return _named(await channels(), name) or _named(await channels_now(), name)


async def require_channel(name: str, *, field: str = "channel") -> None:
    """Raise InvalidInput unless there is a channel of this name, open or closed."""
    if await channel_named(name) is None:
        raise InvalidInput(field=field, rule="oneOf", limit=", ".join(one.name for one in await channels()))


async def sold_currencies() -> tuple[str, ...]:
    """Those of all open channels, each once, in the channels' order."""
    return tuple(dict.fromkeys(code for one in await channels() if one.is_open for code in one.currencies))


async def sold_languages() -> tuple[str, ...]:
    """Those of all channels, closed ones included, each once, and first the shop's own, in which texts are written."""
    spoken = (language for one in await channels() for language in one.languages)
    return tuple(dict.fromkeys((settings().default_language, *spoken)))


def forget_known() -> None:
    """Let this process read the channels anew: who changed them sees it at once."""
    _known.read_at = -math.inf


async def ensure_channels() -> None:
    """Make the first channel where there is none, with the currencies and the language that the settings name.

    Channels that an upgrade found among orders and carts, and that sell in no currency yet, get the same.
    """
    require_transaction("ensure_channels")
    own = settings().default_language
    currencies = orjson.dumps(settings().shop_currencies).decode()
    languages = orjson.dumps([own, *(one for one in LANGUAGES if one != own)]).decode()
    await run(
        """INSERT INTO channel (id, name, title, currencies, languages, countries, is_open, position, version, created_at)
           SELECT $1, $2, 'Main', $3, $4, '[]', TRUE, 0, 1, $5 WHERE NOT EXISTS (SELECT FROM channel)
           ON CONFLICT (name) DO NOTHING""",
        new_id(),
        FIRST,
        currencies,
        languages,
        now(),
    )
    await run("UPDATE channel SET currencies = $1, languages = $2 WHERE currencies = '[]'", currencies, languages)
    forget_known()


def _open(known: Iterable[ChannelFacts], name: str | None) -> ChannelFacts | None:
    return next((one for one in known if one.is_open and name in {None, one.name}), None)


def _named(known: Iterable[ChannelFacts], name: str) -> ChannelFacts | None:
    return next((one for one in known if one.name == name), None)


def _facts(found: dict[str, object]) -> ChannelFacts:
    lists = {name: tuple(orjson.loads(str(found[name]))) for name in ("currencies", "languages", "countries")}
    return ChannelFacts(**{**found, **lists})  # type: ignore[arg-type] # the columns are the fields

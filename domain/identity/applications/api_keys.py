"""Who sends an API key: answered from this process's memory, so that no request waits for a statement."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import orjson

from domain.identity.applications.api_key_text import api_key_hash, api_key_prefix, was_made_here
from domain.identity.applications.api_key_use import note_use
from domain.identity.applications.application_rules import ApplicationRights, application_viewer
from domain.identity.errors import TokenInvalid
from domain.identity.sessions.cutoffs import is_cut_off
from domain.shared.clock import now
from domain.shared.database import row
from domain.shared.viewer import Viewer

MAX_AGE = timedelta(seconds=15)
"""How far an answer may be behind the database, where nothing was cut off."""
NEGATIVE_AGE = timedelta(seconds=5)
"""The same for the answer that a key does not work."""
_REFRESH_AGE = timedelta(seconds=10)
_COMMITTING = timedelta(seconds=2)
_REMEMBERED = 10_000


@dataclass
class _Known:
    """What the database said of one prefix; `key` is None when it knew none that works."""

    key: "_Key | None"
    read_at: datetime
    is_being_read: bool = False


@dataclass(frozen=True)
class _Key:
    id: UUID
    key_hash: str = field(repr=False)
    rights: ApplicationRights
    ends_at: datetime | None


_known: dict[str, _Known] = {}


async def viewer_from_api_key(text: str) -> Viewer:
    """The application that sends `text`. No SQL as a rule; none at all for keys that were made up.

    Raises TokenInvalid for a key that is unknown, ended, or of an application that is disabled: all answer alike.
    """
    prefix = api_key_prefix(text)
    key = None if prefix is None else await _key(prefix, text)
    if key is None or not hmac.compare_digest(key.key_hash, api_key_hash(text)) or _is_over(key):
        raise TokenInvalid
    note_use(key.id)
    return application_viewer(key.rights)


def _is_over(key: _Key) -> bool:
    return key.ends_at is not None and key.ends_at <= now()


async def _key(prefix: str, text: str) -> _Key | None:
    """As read at most `MAX_AGE` ago. While one request reads it again, the others go on with what was known."""
    known = _known.get(prefix)
    if known is None and not await was_made_here(text):
        return None
    if known is None or await _is_outdated(known):
        return await _read(prefix)
    if now() - known.read_at < _REFRESH_AGE or known.is_being_read:
        return known.key
    known.is_being_read = True
    try:
        return await _read(prefix)
    finally:
        known.is_being_read = False


async def _is_outdated(known: _Known) -> bool:
    """Older than it may be, or read before the key or its application was cut off. What cut it off may have taken a
    moment to commit."""
    about: Iterable[UUID] = () if known.key is None else (known.key.id, known.key.rights.application_id)
    is_old = not timedelta(0) <= now() - known.read_at < (NEGATIVE_AGE if known.key is None else MAX_AGE)
    return is_old or await is_cut_off(about, known.read_at - _COMMITTING)


async def _read(prefix: str) -> _Key | None:
    read_at = now()
    found = await row(
        """SELECT k.id, k.application_id, k.key_hash, k.scopes, a.scopes AS allowed, a.channel, a.supplier_id, k.ends_at
           FROM api_key k JOIN application a ON a.id = k.application_id
           WHERE k.prefix = $1 AND a.disabled_at IS NULL AND (k.ends_at IS NULL OR k.ends_at > $2)""",
        prefix,
        read_at,
    )
    key = None if found is None else _key_of(found)
    _remember(prefix, _Known(key, read_at))
    return key


def _key_of(found: asyncpg.Record) -> _Key:
    """Its scopes are those that it was given and that the application still has."""
    scopes = frozenset(orjson.loads(found["scopes"])) & frozenset(orjson.loads(found["allowed"]))
    rights = ApplicationRights(found["application_id"], scopes, found["channel"], supplier_id=found["supplier_id"])
    return _Key(found["id"], found["key_hash"], rights, ends_at=found["ends_at"])


def _remember(prefix: str, known: _Known) -> None:
    """The prefixes asked for last, those in use among them, since each is read again and again."""
    _known.pop(prefix, None)
    if len(_known) >= _REMEMBERED:
        _known.pop(next(iter(_known)))
    _known[prefix] = known

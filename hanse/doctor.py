"""`hanse doctor`: looks at everything that the platform needs and says, for each, whether it is well and what to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import redis.asyncio
from pydantic import ValidationError
from pydantic_settings import SettingsError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from rich.console import Console
from rich.markup import escape

from domain.audit.verify import PATIENCE
from domain.audit.waiting import chainer_since, waiting
from domain.identity.keys.keys import PURPOSES, active_key
from domain.identity.keys.openable import open_stored, under_another_master_key
from domain.shared.alive import alive_key
from domain.shared.clock import now
from domain.shared.database import connect, disconnect, rows, value
from domain.shared.master_key import KeysUnusable
from domain.shared.settings import Settings
from hanse.drift import pending
from hanse.engines import with_running
from hanse.failures import Failure, explain
from hanse.secret_files import has_master_key, make_folder, with_master_key
from hanse.surroundings import enter

_OLDEST_POSTGRES = 16
_OLDEST_REDIS = 7
_PARTS = ("relay", "schedule", "worker:default", "worker:ml", "worker:bulk")


@dataclass(frozen=True)
class Finding:
    """`advice` is empty when all is well."""

    subject: str
    state: str
    advice: str = ""


async def doctor(read_settings: Callable[[], Settings], console: Console) -> bool:
    """Print one line per finding, and what to do under each that is not well. Returns whether all is well."""
    well = True
    async for finding in _findings(read_settings):
        well = well and not finding.advice
        mark = "[red]✗[/red]" if finding.advice else "[green]✓[/green]"
        console.print(f"{mark} {finding.subject}: {escape(finding.state)}", soft_wrap=True)
        if finding.advice:
            console.print(f"    → {escape(finding.advice)}", soft_wrap=True)
    return well


async def _findings(read_settings: Callable[[], Settings]) -> AsyncIterator[Finding]:
    try:
        known = read_settings()
    except (ValidationError, SettingsError) as error:
        yield Finding("settings", str(explain(error)), "correct the variable, or the line in .env")
        return
    yield Finding("settings", f"{known.environment}, data in {known.data_dir.resolve()}")
    yield _data_folder(known)
    yield _mail(known)
    known = with_running(known)
    async for finding in _database(known):
        yield finding
    async for finding in _queue(known):
        yield finding


def _data_folder(known: Settings) -> Finding:
    try:
        make_folder(known.data_dir)
    except Failure as failure:
        return Finding("data folder", str(failure), "make it writable for this user, or set HANSE_DATA_DIR to another")
    return Finding("data folder", "can be written")


def _mail(known: Settings) -> Finding:
    if known.mail_url.get_secret_value():
        return Finding("mail", "goes to the server of HANSE_MAIL_URL")
    advice = "nobody gets any: set HANSE_MAIL_URL" if known.environment == "production" else ""
    return Finding("mail", f"is written to {known.mail_dir.resolve()}", advice)


async def _database(known: Settings) -> AsyncIterator[Finding]:
    if not known.database_url:
        yield Finding("PostgreSQL", "no address, and none runs here", "start `hanse up`, or set DATABASE_URL")
        return
    try:
        await connect(known)
        version = str(await value("SHOW server_version"))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what doctor was called to tell
        yield Finding("PostgreSQL", str(explain(error)), "check DATABASE_URL and that the server runs")
        return
    try:
        old = int(version.split(".", maxsplit=1)[0]) < _OLDEST_POSTGRES
        yield Finding("PostgreSQL", version, f"upgrade the server to {_OLDEST_POSTGRES} or newer" if old else "")
        missing = await pending(known)
        yield Finding("migrations", f"{len(missing)} missing" if missing else "none missing", _run_migrate(missing))
        if not missing:
            yield await _keys(known)
            yield await _audit_chain()
            yield await _dead_entries()
    finally:
        await disconnect()


def _run_migrate(missing: list[str]) -> str:
    return f"run `hanse migrate`; it applies {', '.join(missing)}" if missing else ""


async def _keys(known: Settings) -> Finding:
    if not has_master_key(known):
        return Finding("keys", "no master key", "start `hanse up`, which makes one, or set HANSE_MASTER_KEY")
    try:
        enter(with_master_key(known))
        for purpose in PURPOSES:
            await active_key(purpose)
        await open_stored()
    except (KeysUnusable, Failure) as error:
        advice = (
            "set HANSE_MASTER_KEY to the key of this database, keep those before it in HANSE_PREVIOUS_MASTER_KEYS, "
            "then run `hanse migrate`"
        )
        return Finding("keys", str(error), advice)
    if left := await under_another_master_key():
        listed = ", ".join(f"{count:,} {kind}" for kind, count in left.items())
        advice = (
            "restart every part with HANSE_MASTER_KEY, then run `hanse keys rewrap`; until then keep the keys before"
        )
        return Finding("keys", f"not under HANSE_MASTER_KEY but under one before it: {listed}", advice)
    return Finding("keys", "the master key opens them")


async def _audit_chain() -> Finding:
    behind = await waiting()
    if behind.oldest is None:
        return Finding("audit chain", "every entry has its place")
    state = f"{behind.entries:,} entries wait for their place, the oldest since {behind.oldest:%Y-%m-%d %H:%M:%S} UTC"
    if behind.oldest >= now() - PATIENCE:
        return Finding("audit chain", state)
    if await chainer_since() is None:
        return Finding("audit chain", f"{state}, and nobody gives any", "start the relay, which gives them")
    return Finding(
        "audit chain",
        f"{state}: it stands still",
        "look at the relay's log for the reason, and run `hanse audit verify`",
    )


async def _dead_entries() -> Finding:
    dead = await rows(
        """SELECT consumer, count(*) AS number, max(error) AS error FROM inbox_entry
           WHERE dead_at IS NOT NULL AND done_at IS NULL GROUP BY consumer ORDER BY consumer"""
    )
    if not dead:
        return Finding("dead letters", "none")
    listed = "; ".join(
        f"{one['number']} of {one['consumer']} ({(one['error'] or 'no error noted')[:80]})" for one in dead
    )
    advice = (
        "repair the cause, then have them tried again: UPDATE inbox_entry SET dead_at = NULL, attempts = 0 WHERE ..."
    )
    return Finding("dead letters", listed, advice)


async def _queue(known: Settings) -> AsyncIterator[Finding]:
    if not known.redis_url:
        yield Finding("Redis", "no address, and none runs here", "start `hanse up`, or set REDIS_URL")
        return
    async with redis.asyncio.Redis.from_url(known.redis_url, retry=Retry(NoBackoff(), 0)) as client:
        try:
            about = await client.info()
            policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy", "noeviction")
            beating = [part for part in _PARTS if await client.exists(alive_key(part))]
        except redis.exceptions.RedisError as error:
            yield Finding("Redis", str(explain(error)), "check REDIS_URL and that the server runs")
            return
    version = str(about.get("valkey_version", about["redis_version"]))
    old = int(version.split(".", maxsplit=1)[0]) < _OLDEST_REDIS
    yield Finding("Redis", version, f"upgrade the server to {_OLDEST_REDIS} or newer" if old else "")
    if policy != "noeviction":
        yield Finding("Redis memory", str(policy), "set maxmemory-policy to noeviction: the queue must not be evicted")
    for part in _PARTS:
        beats = part in beating
        command = f"hanse {part.replace('worker:', 'worker --queue ')}"
        advice = "" if beats else f"start `{command}`, or `hanse up` for all parts, and look at its log"
        yield Finding(part, "works" if beats else "gave no sign of life for 20 seconds", advice)

"""Entries of the audit log, and their chain, without a relay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import asyncpg

from domain.audit.chaining import chain, find_end
from domain.audit.checkpoints import Checkpoint, head_to_sign, store_checkpoint
from domain.audit.entries import SECRET, Head
from domain.audit.record import record
from domain.audit.verify import Verification, verify
from domain.identity.keys.keys import active_key, public_keys
from domain.shared.database import credentials, value
from domain.shared.secrets import secret_for
from domain.shared.settings import settings
from domain.shared.signatures import sign
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer


@use_case
async def an_entry(action: str = "testThing", *, viewer: Viewer = PLATFORM, subject_id: UUID | None = None) -> UUID:
    """The entry's id."""
    await record(viewer, action, subject=("order", subject_id or uuid4()), before={"state": "a"}, after={"state": "b"})
    found: UUID = await value("SELECT id FROM audit_entry ORDER BY serial DESC LIMIT 1")
    return found


async def chained(entries: int = 0) -> Head:
    """So many new entries, and every entry in its place. Returns the end of the chain."""
    for _ in range(entries):
        await an_entry()
    async with own_connection() as connection:
        key = await secret_for(SECRET)
        known = await find_end(connection, key=key, remembered=None)
        return (await chain(connection, key=key, known=known, limit=100_000))[1]


@use_case
async def signed() -> Checkpoint:
    """The end of the chain, as the schedule signs it."""
    head, key = await head_to_sign(timedelta(0)), await active_key("audit")
    assert head is not None
    return await store_checkpoint(head, kid=key.kid, sign=partial(sign, private_pem=key.private_pem))


async def verified(noted: Head | None = None) -> Verification:
    return await verify(await public_keys("audit"), noted=noted)


@asynccontextmanager
async def own_connection() -> AsyncIterator[asyncpg.Connection]:
    """As the relay has one, apart from the pool."""
    connection = await asyncpg.connect(**credentials(settings().database_url))
    try:
        yield connection
    finally:
        await connection.close()

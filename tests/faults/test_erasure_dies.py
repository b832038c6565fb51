"""A worker that is killed in the middle of an erasure."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from domain.identity.personal import person_key
from domain.shared.database import value
from domain.shared.settings import settings
from tests.backstage import Backstage, until
from tests.database_text import rows_about
from tests.factories.privacy import asked_to_erase, somebody_known

_PATIENCE_SECONDS = 60
"""A message whose worker died is given to another after some seconds, or found by the relay's sweep."""
_OF_THE_REQUEST = {"audit_entry", "event", "inbox_entry", "privacy_request"}


async def test_the_person_is_whole_until_another_worker_has_erased_them(backstage: Backstage) -> None:
    known = await somebody_known()
    whole = await _own_rows(known.id)
    backstage.start("workers.relay")
    worker = backstage.start("workers.run", "--queue", "default")

    async with _held_address(known.id):  # the erasure gets so far
        request_id, _ = await asked_to_erase(known.id)
        await until(_somebody_waits, 20)
        worker.kill()
        worker.wait()
    await until(_nobody_waits, 20)
    between, key = await _own_rows(known.id), await person_key(known.id)
    backstage.start("workers.run", "--queue", "default")
    await until(lambda: value("SELECT erased_at FROM users WHERE id = $1", known.id), _PATIENCE_SECONDS)
    await until(_somebody_was_told, 20)  # after the commit

    assert between == whole
    assert key is not None
    assert await person_key(known.id) is None
    assert await value("SELECT state FROM privacy_request WHERE id = $1", request_id) == "done"
    assert len(list(settings().mail_dir.glob("*.erase_person.eml"))) == 1


async def _own_rows(person_id: UUID) -> dict[str, int]:
    return {table: count for table, count in (await rows_about(person_id)).items() if table not in _OF_THE_REQUEST}


@asynccontextmanager
async def _held_address(person_id: UUID) -> AsyncIterator[None]:
    """The person's address entry, locked by a connection of the test's own."""
    connection = await asyncpg.connect(settings().database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM address_entry WHERE user_id = $1 FOR UPDATE", person_id)
            yield
    finally:
        await connection.close()


async def _somebody_waits() -> bool:
    return bool(await value("SELECT count(*) FROM pg_locks WHERE NOT granted"))


async def _somebody_was_told() -> bool:
    return any(settings().mail_dir.glob("*.erase_person.eml"))


async def _nobody_waits() -> bool:
    return not await _somebody_waits()

"""Where the files of reports are kept: each under the hash of its contents, so that none is ever overwritten."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import obstore
from obstore.store import LocalStore

from domain.shared.settings import settings


@dataclass(frozen=True)
class StoredFile:
    path: str
    sha256: str


async def keep(report_id: UUID, ending: str, content: bytes) -> StoredFile:
    """Store `content` whole or not at all. Raises OSError or obstore's BaseError when the store cannot take it."""
    digest = sha256(content).hexdigest()
    path = f"reports/{report_id}/{digest[:20]}.{ending}"
    await obstore.put_async(_store(), path, content)
    return StoredFile(path, digest)


async def read(path: str) -> bytes:
    """Raises FileNotFoundError."""
    found = await obstore.get_async(_store(), path)
    return bytes(await found.bytes_async())


async def forget_others(report_id: UUID, wanted: Collection[str]) -> None:
    """Delete what attempts that did not win have left in the report's folder."""
    store = _store()
    listed = await obstore.list(store, prefix=f"reports/{report_id}").collect_async()
    left_over = [entry["path"] for entry in listed if entry["path"] not in wanted]
    if left_over:
        await obstore.delete_async(store, left_over)


def _store() -> LocalStore:
    return LocalStore(prefix=settings().files_dir, mkdir=True)

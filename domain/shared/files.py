"""The platform's own files: results of reports, copies of personal data. Every process sees the same ones."""

from collections.abc import Sequence
from contextlib import suppress

import obstore
from obstore.store import LocalStore

from domain.shared.settings import settings


async def store_file(path: str, content: bytes) -> None:
    """Store `content` whole or not at all. Raises OSError or obstore's BaseError when the store cannot take it."""
    await obstore.put_async(_store(), path, content)


async def read_file(path: str) -> bytes:
    """Raises FileNotFoundError."""
    found = await obstore.get_async(_store(), path)
    return bytes(await found.bytes_async())


async def files_under(folder: str) -> list[str]:
    """The paths of all files in the folder."""
    listed = await obstore.list(_store(), prefix=folder).collect_async()
    return [entry["path"] for entry in listed]


async def delete_files(paths: Sequence[str]) -> None:
    """Those that are gone already are passed over."""
    for path in paths:
        with suppress(FileNotFoundError):
            await obstore.delete_async(_store(), path)


def _store() -> LocalStore:
    return LocalStore(prefix=settings().files_dir, mkdir=True)

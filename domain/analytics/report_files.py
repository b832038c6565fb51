"""Where the files of reports are kept: each under the hash of its contents, so that none is ever overwritten."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from domain.shared.files import delete_files, files_under, read_file, store_file


@dataclass(frozen=True)
class StoredFile:
    path: str
    sha256: str


async def keep(report_id: UUID, ending: str, content: bytes) -> StoredFile:
    """Store `content` whole or not at all. Raises OSError or obstore's BaseError when the store cannot take it."""
    digest = sha256(content).hexdigest()
    path = f"reports/{report_id}/{digest[:20]}.{ending}"
    await store_file(path, content)
    return StoredFile(path, digest)


async def read(path: str) -> bytes:
    """Raises FileNotFoundError."""
    return await read_file(path)


async def forget_others(report_id: UUID, wanted: Collection[str]) -> None:
    """Delete what attempts that did not win have left in the report's folder."""
    await delete_files([path for path in await files_under(f"reports/{report_id}") if path not in wanted])

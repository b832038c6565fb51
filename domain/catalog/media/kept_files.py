"""Where the files of pictures lie: `media/<id>/`, each under the hash of its content, so that none is ever overwritten."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from domain.catalog.media.converting import Made
from domain.shared.files import delete_files, files_under, store_file, store_stream

ROOT = "media"


async def keep_source(media_id: UUID, chunks: AsyncIterator[bytes]) -> None:
    """What was sent, until it is converted. Raises OSError or obstore's BaseError when the store cannot take it."""
    await store_stream(source_path(media_id), chunks)


async def keep_made(media_id: UUID, made: Made) -> None:
    """Raises OSError or obstore's BaseError when the store cannot take it."""
    await store_file(made_path(media_id, made.sha256), made.path.read_bytes())


async def forget_files(media_id: UUID, *, but: Collection[str] = ()) -> int:
    """Delete all files of the picture except these paths. Returns how many."""
    doomed = [path for path in await files_under(folder_of(media_id)) if path not in but]
    await delete_files(doomed)
    return len(doomed)


def source_path(media_id: UUID) -> str:
    return f"{folder_of(media_id)}/source"


def made_path(media_id: UUID, sha256: str) -> str:
    return f"{folder_of(media_id)}/{sha256[:20]}.webp"


def folder_of(media_id: UUID) -> str:
    return f"{ROOT}/{media_id}"

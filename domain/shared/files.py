"""The platform's own files: reports, copies of personal data, pictures, imports. Every process sees the same ones.

They lie in a local folder, or in a store that speaks S3 (setting `files_url`); a path means the same in both. Whatever is
stored is stored whole or not at all.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.store import LocalStore, S3Store

from domain.shared.settings import Settings, settings
from domain.shared.threads import Threads

CHUNK = 1_048_576
"""Bytes of a file that are in memory at once."""

_PART = 8 * CHUNK
_WRITERS = Threads("files", threads=4, places=64)


@dataclass(frozen=True)
class StoredFile:
    size: int
    chunks: AsyncIterator[bytes]


async def store_file(path: str, content: bytes) -> None:
    """Raises OSError or obstore's BaseError when the store cannot take it."""
    await obstore.put_async(_store(), path, content)


async def store_stream(path: str, chunks: AsyncIterator[bytes]) -> None:
    """As `store_file`, for what is too large for memory: what an error of `chunks` cut short is not stored."""
    await obstore.put_async(_store(), path, chunks, chunk_size=_PART, max_concurrency=2)


async def read_file(path: str) -> bytes:
    """Raises FileNotFoundError."""
    found = await obstore.get_async(_store(), path)
    return bytes(await found.bytes_async())


async def open_file(path: str) -> StoredFile:
    """To be read in chunks. Raises FileNotFoundError."""
    found = await obstore.get_async(_store(), path)
    return StoredFile(found.meta["size"], _chunks(aiter(found.stream(min_chunk_size=CHUNK))))


async def fetch_file(path: str, to: Path) -> None:
    """Copy it to a place on this machine's disk. Raises FileNotFoundError."""
    found = await open_file(path)
    with to.open("wb") as file:
        async for chunk in found.chunks:
            await _WRITERS.run(partial(file.write, chunk))


async def files_under(folder: str) -> list[str]:
    """The paths of all files in the folder."""
    listed = await obstore.list(_store(), prefix=folder).collect_async()
    return [entry["path"] for entry in listed]


async def folders_in(folder: str) -> list[str]:
    """The names of the folders in the folder."""
    listed = await obstore.list_with_delimiter_async(_store(), prefix=folder)
    return [path.rstrip("/").rpartition("/")[2] for path in listed["common_prefixes"]]


async def delete_files(paths: Sequence[str]) -> None:
    """Those that are gone already are passed over."""
    for path in paths:
        with suppress(FileNotFoundError):
            await obstore.delete_async(_store(), path)


async def _chunks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in stream:
        yield bytes(chunk)


def _store() -> LocalStore | S3Store:
    return _opened(settings())


@lru_cache(maxsize=4)
def _opened(known: Settings) -> LocalStore | S3Store:
    url = known.files_url.get_secret_value()
    return _s3(url) if url else LocalStore(prefix=known.files_dir, mkdir=True, automatic_cleanup=True)


def _s3(url: str) -> S3Store:
    """Without an access key in the address, the credentials are those that the machine or its environment has."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    config: Any = {"region": asked.get("region", "us-east-1")}
    if parts.username:
        config |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    if "endpoint" in asked:
        config["endpoint"] = asked["endpoint"]
    return S3Store(
        parts.hostname,
        prefix=parts.path.strip("/") or None,
        config=config,
        client_options={
            "allow_http": asked.get("endpoint", "").startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "read_timeout": timedelta(seconds=20),
            "timeout": timedelta(minutes=10),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )

"""Files in a folder and in a store that speaks S3: the same promises."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from obstore.exceptions import BaseError

from domain.shared.files import (
    CHUNK,
    delete_files,
    fetch_file,
    files_under,
    folders_in,
    open_file,
    read_file,
    store_file,
    store_stream,
)
from domain.shared.ids import new_id
from tests.factories.s3 import s3_store
from tests.processes import free_port

LARGE = 20 * CHUNK + 17


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_store() as url:
        yield url


@pytest.fixture(params=["folder", "s3"])
def folder(request: pytest.FixtureRequest, configure: Callable[..., None]) -> str:
    """A folder of the test's own, in each kind of store."""
    if request.param == "s3":
        configure(files_url=request.getfixturevalue("s3"))
    return f"tests/{new_id()}"


async def test_what_is_stored_can_be_read_listed_and_deleted(folder: str) -> None:
    await store_file(f"{folder}/one.txt", b"one")
    await store_file(f"{folder}/deeper/two.txt", b"two")

    listed = await files_under(folder)
    below = await folders_in(folder)
    first = await read_file(f"{folder}/one.txt")
    await delete_files([*listed, f"{folder}/never-was.txt"])

    assert sorted(listed) == [f"{folder}/deeper/two.txt", f"{folder}/one.txt"]
    assert below == ["deeper"]
    assert first == b"one"
    assert await files_under(folder) == []


async def test_a_large_file_goes_in_and_out_in_chunks(folder: str, tmp_path: Path) -> None:
    await store_stream(f"{folder}/large", _chunks(LARGE))

    found = await open_file(f"{folder}/large")
    sizes = [len(chunk) async for chunk in found.chunks]
    await fetch_file(f"{folder}/large", tmp_path / "copy")

    assert found.size == sum(sizes) == LARGE
    assert max(sizes) < 3 * CHUNK
    assert (tmp_path / "copy").read_bytes() == b"".join([chunk async for chunk in _chunks(LARGE)])


async def test_what_was_cut_short_is_not_there(folder: str) -> None:
    with pytest.raises(BaseException, match="the sender left"):
        await store_stream(f"{folder}/large", _chunks(LARGE, fails=True))

    assert await files_under(folder) == []


async def test_a_file_that_is_not_there_says_so(folder: str, tmp_path: Path) -> None:
    for reading in (read_file(f"{folder}/no"), open_file(f"{folder}/no"), fetch_file(f"{folder}/no", tmp_path / "no")):
        with pytest.raises(FileNotFoundError):
            await reading


async def test_a_store_that_is_away_is_an_error_within_seconds(configure: Callable[..., None]) -> None:
    configure(files_url=f"s3://id:secret@shop/files?endpoint=http://127.0.0.1:{free_port()}")

    with pytest.raises(BaseError):
        await asyncio.wait_for(store_file("one.txt", b"one"), 25)


async def _chunks(size: int, *, fails: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, size, CHUNK):
        if fails and start > size / 2:
            raise ConnectionError("the sender left")
        yield bytes([start % 251]) * min(CHUNK, size - start)

"""The embedded engines: made, started again, found after a crash, and never two in one folder."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

import asyncpg
import psutil
import pytest
import redis.asyncio

from domain.shared.settings import Settings
from hanse.engines import Engines, reachable, with_running
from hanse.failures import Failure
from tests.hanse.commands import processes_of


async def test_engines_keep_their_data_from_one_start_to_the_next(tmp_path: Path) -> None:
    async with _started(tmp_path, durable=True) as first:
        await _write(first)

    async with _started(tmp_path, durable=True) as second:
        kept = await _read(second)

    assert kept == ("kept", "kept")
    assert processes_of(tmp_path) == []


async def test_engines_that_were_killed_recover_although_others_have_their_process_numbers_now(tmp_path: Path) -> None:
    async with _started(tmp_path, durable=True) as first:
        await _write(first)
        for process in processes_of(tmp_path):
            with suppress(psutil.NoSuchProcess):  # PostgreSQL's other processes end when its first does
                process.kill()
    postmaster = tmp_path / "postgres" / "postmaster.pid"
    left = postmaster.read_text().split("\n")
    postmaster.write_text("\n".join([str(os.getpid()), *left[1:]]))

    async with _started(tmp_path, durable=True) as second:
        kept = await _read(second)

    assert kept == ("kept", "kept")


async def test_engines_whose_owner_was_killed_end_and_the_next_start_gets_the_folder(tmp_path: Path) -> None:
    owner = _owner(tmp_path)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"started\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()

    async with _started(tmp_path) as engines:
        answer = await _read(engines, default="answers")

    assert answer[0] == "answers"


async def test_a_folder_serves_one_start_at_a_time(tmp_path: Path) -> None:
    async with _started(tmp_path):
        with pytest.raises(Failure) as failure:
            await Engines(_settings(tmp_path)).claim()

    assert failure.value.code == os.EX_TEMPFAIL
    assert f"in use by process {os.getpid()}" in str(failure.value)


async def test_a_command_beside_a_running_shop_uses_its_engines(tmp_path: Path) -> None:
    async with _started(tmp_path) as engines, reachable(_settings(tmp_path)) as found:
        assert (found.database_url, found.redis_url) == (engines.database_url, engines.redis_url)
    assert with_running(_settings(tmp_path)).database_url == ""


async def test_a_folder_too_deep_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 20) / "and a space, and a comma"

    async with _started(deep) as engines:
        answer = await _read(engines, default="answers")
        socket_folder = Path(unquote(engines.database_url.split("host=")[1]))

    assert answer[0] == "answers"
    assert not os.access(socket_folder, os.F_OK)


async def test_others_on_the_machine_get_into_neither_engine(tmp_path: Path) -> None:
    async with _started(tmp_path) as engines:
        socket = tmp_path / "postgres" / ".s.PGSQL.5432"
        without_password = engines.redis_url.split("@")[1]

        with pytest.raises(redis.exceptions.AuthenticationError):
            await _get(f"redis://{without_password}")

        assert socket.stat().st_mode & 0o077 == 0
        assert {
            path.stat().st_mode & 0o077 for path in (tmp_path / "addresses.json", tmp_path / "valkey" / "password")
        } == {0}


def _settings(folder: Path) -> Settings:
    return Settings(data_dir=folder).model_copy(update={"database_url": "", "redis_url": ""})


@asynccontextmanager
async def _started(folder: Path, *, durable: bool = False) -> AsyncIterator[Settings]:
    engines = Engines(_settings(folder), durable=durable)
    try:
        await engines.claim()
        await engines.start_postgres()
        await engines.start_valkey()
        yield engines.settings
    finally:
        await engines.stop()


def _owner(folder: Path) -> subprocess.Popen[bytes]:
    program = """
import asyncio, sys, time
from pathlib import Path
from urllib.parse import unquote
from domain.shared.settings import Settings
from hanse.engines import Engines
async def main():
    nothing_set = {"data_dir": Path(sys.argv[1]), "database_url": "", "redis_url": ""}
    engines = Engines(Settings().model_copy(update=nothing_set), durable=False)
    await engines.claim()
    await engines.start_postgres()
    await engines.start_valkey()
    print("started", flush=True)
    time.sleep(60)
asyncio.run(main())
"""
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE)


async def _write(engines: Settings) -> None:
    connection = await asyncpg.connect(engines.database_url)
    await connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
    await connection.close()
    async with redis.asyncio.Redis.from_url(engines.redis_url) as client:
        await client.set("note", "kept")
        await client.waitaof(num_local=1, num_replicas=0, timeout=2000)


async def _read(engines: Settings, default: str = "") -> tuple[str, str]:
    connection = await asyncpg.connect(engines.database_url)
    found = default or await connection.fetchval("SELECT text FROM note")
    await connection.close()
    return found, await _get(engines.redis_url)


async def _get(address: str) -> str:
    async with redis.asyncio.Redis.from_url(address, decode_responses=True) as client:
        return str(await client.get("note"))

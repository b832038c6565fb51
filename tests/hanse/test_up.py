"""`hanse up` as a person lives through it: the first start, a death, Ctrl-C, the second start, and being cut off."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from hanse.readiness import ask
from tests.hanse.commands import fresh_environment, hanse, processes_of, until
from tests.processes import free_port

PATIENCE = 110


@pytest.mark.timeout(240)
async def test_a_shop_opens_from_nothing_survives_a_death_closes_and_opens_again_with_its_data(tmp_path: Path) -> None:
    async with _up(tmp_path) as first:
        await first.says("Ctrl-C closes the shop")
        shown = first.output()
        answers = [await ask(f"{first.address}/{path}") for path in ("healthz", "readyz", "metrics")]
        orders = await _count_orders(tmp_path)
        processes_of(tmp_path, "worker", "default")[0].kill()
        await first.says("worker-default ended (killed by SIGKILL) and starts again in 0.5 s")
        diagnosis = hanse(tmp_path, "doctor")
        seconds_to_close = await first.ends(signal.SIGINT)

    async with _up(tmp_path) as second:
        seconds_to_open = await second.says("Ctrl-C closes the shop")
        kept = await _count_orders(tmp_path)
        second.process.kill()
        await until(lambda: not processes_of(tmp_path), seconds=10)

    assert [status for status, _ in answers] == [200, 200, 200]
    assert f"{first.address}/graphql" in shown
    assert _logins_shown(shown, tmp_path)
    assert (tmp_path / "data" / "master.key").read_text() not in shown
    assert orders >= 25_000
    assert diagnosis.returncode == 0, diagnosis.stdout
    assert first.process.returncode == 0
    assert seconds_to_close < 10
    assert kept == orders
    assert seconds_to_open < 20  # under 10 on a machine that does not run other tests meanwhile
    assert "Demo shop" not in second.output()


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGINT, signal.SIGINT], [signal.SIGTERM]])
async def test_being_stopped_while_the_shop_is_filled_leaves_no_process(tmp_path: Path, signals: list[int]) -> None:
    async with _up(tmp_path) as shop:
        await until(lambda: processes_of(tmp_path, "seed"), seconds=PATIENCE)

        seconds = await shop.ends(*signals)

    assert shop.process.returncode == 128 + signals[0]
    assert seconds < 10
    assert shop.errors() == ["hanse: stopped before the shop was open"]


async def test_being_stopped_while_the_engines_are_made_leaves_no_process_and_no_half_made_files(
    tmp_path: Path,
) -> None:
    async with _up(tmp_path) as shop:
        await until((tmp_path / "data" / "postgres.new" / "base").exists)
        seconds = await shop.ends(signal.SIGINT)

    assert seconds < 10
    assert not (tmp_path / "data" / "postgres").exists()
    assert hanse(tmp_path, "migrate").returncode == 0


class Shop:
    """A running `hanse up`."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._begun = time.monotonic()
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hanse", "up"],
                cwd=folder,
                env=fresh_environment(folder, HANSE_PORT=str(port)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def output(self) -> str:
        return (self._folder / "out").read_text()

    def errors(self) -> list[str]:
        return (self._folder / "err").read_text().splitlines()

    async def says(self, words: str) -> float:
        """Wait for the words and return how many seconds after the start they came."""
        await until(lambda: words in self.output() or self.process.poll() is not None, seconds=PATIENCE)
        assert words in self.output(), self.errors()
        return time.monotonic() - self._begun

    async def ends(self, *signals: int) -> float:
        """Send the signals and return how many seconds later the last process had ended."""
        begun = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
            await asyncio.sleep(0.3)
        await until(lambda: self.process.poll() is not None and not processes_of(self._folder), seconds=20)
        return time.monotonic() - begun


@asynccontextmanager
async def _up(folder: Path) -> AsyncIterator[Shop]:
    shop = Shop(folder)
    try:
        yield shop
    finally:
        shop.process.kill()
        shop.process.wait()
        await until(lambda: not processes_of(folder), seconds=20)


def _logins_shown(shown: str, folder: Path) -> bool:
    file = folder / "data" / "demo-logins.json"
    assert file.stat().st_mode & 0o077 == 0
    return all(person["email"] in shown and person["password"] in shown for person in json.loads(file.read_text()))


async def _count_orders(folder: Path) -> int:
    addresses = json.loads((folder / "data" / "addresses.json").read_text())
    connection = await asyncpg.connect(addresses["database_url"])
    try:
        return int(await connection.fetchval("SELECT count(*) FROM orders"))
    finally:
        await connection.close()

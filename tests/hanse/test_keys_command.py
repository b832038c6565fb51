"""`hanse keys`, as a person calls it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from domain.identity.keys.keys import PURPOSES, active_key
from domain.identity.personal import made_person_key
from domain.shared.clock import now
from domain.shared.database import rows, run, run_many, value
from domain.shared.ids import new_id
from domain.shared.master_key import present_name
from domain.shared.settings import Settings
from tests.hanse.commands import fresh_environment, hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]
NEW = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="
NOT_YET = "SELECT count(*) FROM person_key WHERE starts_with(sealed, $1)"


async def test_the_keys_are_listed_without_their_private_halves(own_shop: Settings, tmp_path: Path) -> None:
    shown = _keys(own_shop, tmp_path, "list")

    assert shown.returncode == 0, shown.stderr
    for purpose in PURPOSES:
        [line] = [line for line in shown.stdout.splitlines() if (await active_key(purpose)).kid in line]
        assert {purpose, "signs"} <= set(line.replace("│", " ").split())
    assert "PRIVATE" not in shown.stdout


async def test_keys_are_rotated_by_hand_once_at_a_time(own_shop: Settings, tmp_path: Path) -> None:
    first = _keys(own_shop, tmp_path, "rotate")
    second = _keys(own_shop, tmp_path, "rotate")
    listed = _keys(own_shop, tmp_path, "list")

    assert first.stdout.count("it is published, and signs in 10 minutes") == len(PURPOSES)
    assert second.stdout.strip() == "A key that was made before waits for its time to sign; none was made."
    assert listed.stdout.count("published, signs later") == len(PURPOSES)
    assert [one["count"] for one in await rows("SELECT count(*) FROM signing_key GROUP BY purpose")] == [2, 2, 2]


async def test_a_stolen_key_is_revoked_when_it_is_confirmed(own_shop: Settings, tmp_path: Path) -> None:
    stolen = (await active_key("access")).kid

    asked = hanse(tmp_path, "keys", "revoke", stolen, **_own(own_shop))
    listed = _keys(own_shop, tmp_path, "list")
    done = hanse(tmp_path, "keys", "revoke", stolen, "--yes", **_own(own_shop))
    again = hanse(tmp_path, "keys", "revoke", stolen, "--yes", **_own(own_shop))

    assert (asked.returncode, done.returncode, again.returncode) == (2, 0, os.EX_NOINPUT), done.stderr
    assert "--yes" in asked.stderr
    assert stolen in listed.stdout
    assert "within 60 seconds" in done.stdout
    [kept] = await rows("SELECT kid FROM signing_key WHERE purpose = 'access'")
    assert f"made {kept['kid']}" in done.stdout
    assert kept["kid"] != stolen


async def test_a_new_master_key_takes_over_everything_also_when_it_was_killed_on_the_way(
    own_shop: Settings, tmp_path: Path
) -> None:
    old, count = present_name(), 20_000
    people = [new_id() for _ in range(count)]
    await run_many(
        "INSERT INTO person_key (person_id, sealed, created_at) VALUES ($1, $2, $3)",
        [(one, made_person_key(one)[1], now()) for one in people],
    )
    both = {"HANSE_MASTER_KEY": NEW, "HANSE_PREVIOUS_MASTER_KEYS": f'["{os.environ["HANSE_MASTER_KEY"]}"]'}

    killed = _started(own_shop, tmp_path, **both)
    while await value(NOT_YET, f"{old}.") == count and killed.poll() is None:  # noqa: ASYNC110 # another process does it
        await asyncio.sleep(0.01)
    killed.kill()
    killed.wait()
    left = await value(NOT_YET, f"{old}.")
    again = _keys(own_shop, tmp_path, "rewrap", **both)
    without_the_old = _keys(own_shop, tmp_path, "list", HANSE_MASTER_KEY=NEW)

    assert 0 < left < count
    assert f"{left} keys sealed anew" in again.stdout, again.stderr
    assert await value(NOT_YET, f"{old}.") == 0
    assert without_the_old.returncode == 0, without_the_old.stderr


async def test_a_key_that_stays_under_the_old_master_key_is_told_of(own_shop: Settings, tmp_path: Path) -> None:
    await run("CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    await run("CREATE TRIGGER keep BEFORE UPDATE ON signing_key FOR EACH ROW EXECUTE FUNCTION keep()")
    both = {"HANSE_MASTER_KEY": NEW, "HANSE_PREVIOUS_MASTER_KEYS": f'["{os.environ["HANSE_MASTER_KEY"]}"]'}

    left = _keys(own_shop, tmp_path, "rewrap", **both)
    await run("DROP TRIGGER keep ON signing_key")
    again = _keys(own_shop, tmp_path, "rewrap", **both)

    assert left.returncode == 1
    assert "not all lie under HANSE_MASTER_KEY (3 signing keys)" in left.stderr
    assert "Every key lies" not in left.stdout
    assert (again.returncode, "Every key lies under HANSE_MASTER_KEY" in again.stdout) == (0, True)


async def test_a_master_key_that_opens_nothing_is_one_line(own_shop: Settings, tmp_path: Path) -> None:
    failed = _keys(own_shop, tmp_path, "rewrap", HANSE_MASTER_KEY=NEW)

    assert failed.returncode == os.EX_CONFIG
    assert "HANSE_PREVIOUS_MASTER_KEYS" in failed.stderr
    assert failed.stderr.count("\n") == 1


def _keys(shop: Settings, folder: Path, word: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return hanse(folder, "keys", word, **{**_own(shop), **environment})


def _started(shop: Settings, folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    own = fresh_environment(folder, **{**_own(shop), **environment})
    words = [sys.executable, "-m", "hanse", "keys", "rewrap"]
    return subprocess.Popen(words, cwd=folder, env=own, stdout=subprocess.DEVNULL)


def _own(shop: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": shop.database_url,
        "REDIS_URL": shop.redis_url,
        "HANSE_MASTER_KEY": shop.master_key.get_secret_value(),
    }

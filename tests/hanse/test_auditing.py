"""`hanse audit verify`, as a person calls it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from domain.shared.database import run, value
from domain.shared.locks import AdvisoryLock
from domain.shared.relaying import try_lock
from domain.shared.settings import Settings
from tests.factories.audit import an_entry, chained, own_connection, signed
from tests.hanse.commands import hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]


async def test_a_good_log_is_counted_and_its_head_printed(own_shop: Settings, tmp_path: Path) -> None:
    head = await chained(20)
    await signed()
    await an_entry()

    verified = _verify(own_shop, tmp_path)

    assert verified.returncode == 0, verified.stderr
    assert f"✓ Entries in good order: {head.position}. Checkpoints: 1." in verified.stdout
    assert "Entries that are not chained yet, for no relay runs: 1." in verified.stdout
    assert f"Head, to be noted elsewhere: {head}\n" in verified.stdout


async def test_the_first_that_is_wrong_is_named_and_the_command_fails(own_shop: Settings, tmp_path: Path) -> None:
    await chained(20)
    await run("UPDATE audit_entry SET action = 'nothing' WHERE position IN (9, 12)")
    first = await value("SELECT id FROM audit_entry WHERE position = 9")

    verified = _verify(own_shop, tmp_path)

    assert verified.returncode == 1
    named = [line for line in verified.stdout.splitlines() if "position" in line]
    assert named[0].startswith(f"✗ position 9, entry {first}: it does not say what was sealed")
    assert named[1].startswith("✗ position 12, entry")


async def test_of_many_that_are_wrong_ten_are_shown_and_the_others_counted(own_shop: Settings, tmp_path: Path) -> None:
    await chained(30)
    await run("UPDATE audit_entry SET action = 'nothing' WHERE position BETWEEN 5 AND 19")

    shown = _verify(own_shop, tmp_path).stdout

    assert re.findall(r"✗ position (\d+)", shown) == [str(number) for number in range(5, 15)]
    assert "… and 5 more of such" in shown


async def test_an_end_that_was_removed_is_found_by_a_head_of_before(own_shop: Settings, tmp_path: Path) -> None:
    await chained(20)
    noted = _verify(own_shop, tmp_path).stdout.rsplit(" ", 1)[1].strip()
    longer = await chained(5)

    grown = _verify(own_shop, tmp_path, "--head", noted)
    await run("DELETE FROM audit_entry WHERE position > $1", longer.position - 8)
    unnoticed, noticed = _verify(own_shop, tmp_path), _verify(own_shop, tmp_path, "--head", noted)

    assert (grown.returncode, unnoticed.returncode, noticed.returncode) == (0, 0, 1)
    assert f"goes on from the head noted at {noted.split(':')[0]}." in grown.stdout
    span = f"position {longer.position - 7} to {longer.position - 5}"
    assert f"✗ {span}: the chain ends before it: entries were removed from the end" in noticed.stdout


async def test_entries_that_wait_while_a_relay_runs_are_counted(own_shop: Settings, tmp_path: Path) -> None:
    await chained()
    await an_entry()

    async with own_connection() as relay:
        await try_lock(relay, AdvisoryLock.AUDIT_CHAIN)
        verified = _verify(own_shop, tmp_path)

    assert verified.returncode == 0
    assert "Entries that have no place in the chain yet: 1." in verified.stdout


async def test_a_made_up_head_before_the_first_entry_is_not_taken_for_good(own_shop: Settings, tmp_path: Path) -> None:
    await chained()

    verified = _verify(own_shop, tmp_path, "--head", f"0:{'a' * 64}")

    assert verified.returncode == 1
    assert "✗ position 0: the chain is another than the one noted then" in verified.stdout


@pytest.mark.parametrize("head", ["12", "12:abc", ":", "twelve:" + "0" * 64, "12:" + "G" * 64])
def test_a_head_that_is_none_is_wrong_usage(shop: Settings, tmp_path: Path, head: str) -> None:
    refused = _verify(shop, tmp_path, "--head", head)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("hanse: --head is a position and a hash")


async def test_nothing_is_changed_by_it(own_shop: Settings, tmp_path: Path) -> None:
    await chained(5)
    await an_entry()
    everything = "SELECT md5(string_agg(e::text, '' ORDER BY serial)) FROM audit_entry e"
    before = await value(everything)

    _verify(own_shop, tmp_path)

    assert await value(everything) == before


async def test_with_another_master_key_it_says_so(own_shop: Settings, tmp_path: Path) -> None:
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    refused = _verify(own_shop, tmp_path, HANSE_MASTER_KEY=key)

    assert refused.returncode == os.EX_CONFIG
    assert "HANSE_MASTER_KEY does not open" in refused.stderr


def _verify(known: Settings, folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    servers = {"DATABASE_URL": known.database_url, "REDIS_URL": known.redis_url}
    key = {"HANSE_MASTER_KEY": os.environ["HANSE_MASTER_KEY"]}
    return hanse(folder, "audit", "verify", *words, **{**servers, **key, **environment})

"""`hanse privacy erase-again`, as a person calls it after a restore."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.identity.personal import person_key
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.hanse.commands import fresh_environment, hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]


async def test_those_named_are_erased_once_and_nobody_else(own_shop: Settings, tmp_path: Path) -> None:
    first, second, other = [(await a_person()).signed_in() for _ in range(3)]
    (tmp_path / "ids").write_text(f"{first}\n\n{second}\n{first}\n{new_id()}\n")

    done = _erase_again(own_shop, tmp_path, "ids")
    again = _erase_again(own_shop, tmp_path, "ids")

    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert done.stdout.splitlines()[-1] == (
        "Erased: 2. Erased before: 0. Not in this database: 1. Something in the way: 0."
    )
    assert again.stdout.splitlines()[-1].startswith("Erased: 0. Erased before: 2.")
    assert [await person_key(one) is None for one in (first, second, other)] == [True, True, False]
    assert await value("SELECT count(*) FROM event WHERE kind = 'user.erased'") == 2


async def test_what_is_in_the_way_is_named_and_the_others_are_erased(own_shop: Settings, tmp_path: Path) -> None:
    buyer, other = await a_person(), (await a_person()).signed_in()
    await an_order(buyer, await some_goods())
    (tmp_path / "ids").write_text(f"{buyer.user_id}\n{other}\n")

    done = _erase_again(own_shop, tmp_path, "ids")

    assert done.returncode == 1
    assert f"✗ {buyer.user_id}: ORDERS_UNDER_WAY" in done.stdout
    assert "Erased: 1." in done.stdout
    assert "Something in the way: 1." in done.stdout
    assert await person_key(other) is None
    assert await person_key(buyer.signed_in()) is not None


async def test_ids_come_from_standard_input_too(own_shop: Settings, tmp_path: Path) -> None:
    person = (await a_person()).signed_in()

    done = _fed(own_shop, tmp_path, f"{person}\n")

    assert "Erased: 1." in done.stdout, done.stderr
    assert await person_key(person) is None


async def test_one_line_that_is_no_id_erases_nobody(own_shop: Settings, tmp_path: Path) -> None:
    person = (await a_person()).signed_in()
    (tmp_path / "ids").write_text(f"{person}\nsomebody@example.org\n")

    failed = _erase_again(own_shop, tmp_path, "ids")

    assert failed.returncode == os.EX_DATAERR
    assert failed.stderr.startswith("hanse: line 2 is no id")
    assert "somebody" not in failed.stderr
    assert await person_key(person) is not None


@pytest.mark.parametrize("place", ["missing", "."])
def test_a_file_that_is_not_there_is_one_line(shop: Settings, tmp_path: Path, place: str) -> None:
    failed = _erase_again(shop, tmp_path, place)

    assert failed.returncode == os.EX_NOINPUT
    assert failed.stderr.count("\n") == 1


def _erase_again(shop: Settings, folder: Path, place: str) -> subprocess.CompletedProcess[str]:
    return hanse(folder, "privacy", "erase-again", place, **_own(shop))


def _fed(shop: Settings, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hanse", "privacy", "erase-again", "-"],
        cwd=folder,
        env=fresh_environment(folder, **_own(shop)),
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _own(shop: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": shop.database_url,
        "REDIS_URL": shop.redis_url,
        "HANSE_MASTER_KEY": shop.master_key.get_secret_value(),
    }

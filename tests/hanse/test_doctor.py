"""What `hanse doctor` finds, and that it says what to do."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from domain.shared.alive import alive_key
from domain.shared.clock import clock_at, now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.relaying import try_lock
from domain.shared.settings import Settings
from tests.conftest import new_database
from tests.factories.audit import an_entry, chained, own_connection
from tests.factories.identity import a_user
from tests.hanse.commands import hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]

PARTS = ("relay", "schedule", "worker:default", "worker:ml", "worker:bulk")


def test_on_a_machine_where_nothing_runs_it_says_how_to_start(tmp_path: Path) -> None:
    found = hanse(tmp_path, "doctor")

    assert found.returncode == 1
    assert _advice(found.stdout) == {
        "PostgreSQL": "start `hanse up`, or set DATABASE_URL",
        "Redis": "start `hanse up`, or set REDIS_URL",
    }


def test_in_production_mail_needs_a_server(tmp_path: Path) -> None:
    without = hanse(tmp_path, "doctor", HANSE_ENVIRONMENT="production")
    having = hanse(tmp_path, "doctor", HANSE_ENVIRONMENT="production", HANSE_MAIL_URL="smtp://me:secret@mail.example")

    assert _advice(without.stdout)["mail"] == "nobody gets any: set HANSE_MAIL_URL"
    assert "mail" not in _advice(having.stdout)
    assert "secret" not in having.stdout


def test_it_names_a_wrong_setting(tmp_path: Path) -> None:
    found = hanse(tmp_path, "doctor", HANSE_PORT="99999")

    assert found.returncode == 1
    assert "HANSE_PORT: Input should be less than or equal to 65535" in found.stdout


@pytest.mark.parametrize(
    ("name", "given"),
    [("HANSE_SHOP_CURRENCIES", "[]"), ("HANSE_DEFAULT_LANGUAGE", "fr"), ("HANSE_ALLOWED_ORIGINS", '["x"]')],
)
def test_it_names_a_setting_that_makes_no_shop(tmp_path: Path, name: str, given: str) -> None:
    found = hanse(tmp_path, "doctor", **{name: given})

    assert found.returncode == 1
    assert f"{name}: Value error, " in found.stdout


def test_it_names_servers_that_do_not_answer(tmp_path: Path) -> None:
    found = hanse(tmp_path, "doctor", DATABASE_URL="postgresql://x@127.0.0.1:1/x", REDIS_URL="redis://127.0.0.1:1")

    assert found.returncode == 1
    assert _advice(found.stdout) == {
        "PostgreSQL": "check DATABASE_URL and that the server runs",
        "Redis": "check REDIS_URL and that the server runs",
    }


async def test_it_names_the_migrations_that_are_missing(tmp_path: Path, shop: Settings) -> None:
    async with new_database("template1") as url:
        found = hanse(tmp_path, "doctor", DATABASE_URL=url, REDIS_URL=shop.redis_url)

    assert _advice(found.stdout)["migrations"].startswith("run `hanse migrate`; it applies 0001_initial")


@pytest.mark.usefixtures("all_alive")
async def test_a_shop_that_works_needs_nothing(tmp_path: Path, own_shop: Settings) -> None:
    await chained()

    found = _doctor(tmp_path, own_shop)

    assert (found.returncode, _advice(found.stdout)) == (0, {})
    assert found.stdout.count("✓") == 9 + len(PARTS)


async def test_it_names_parts_that_are_still_and_letters_that_are_dead(tmp_path: Path, own_shop: Settings) -> None:
    await chained()
    await _dead_letter("card declined twice")

    found = _doctor(tmp_path, own_shop)

    assert found.returncode == 1
    assert set(_advice(found.stdout)) == {"dead letters", *PARTS}
    assert "1 of authorise_payment (card declined twice)" in found.stdout
    assert _advice(found.stdout)["worker:ml"].startswith("start `hanse worker --queue ml`")


def test_it_names_a_master_key_that_does_not_open_the_keys(tmp_path: Path, shop: Settings) -> None:
    found = _doctor(tmp_path, shop, HANSE_MASTER_KEY="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")

    assert _advice(found.stdout)["keys"].startswith("set HANSE_MASTER_KEY to the key of this database")


async def test_it_opens_the_installation_secret_and_a_persons_key_too(tmp_path: Path, own_shop: Settings) -> None:
    await a_user()
    await run("UPDATE person_key SET sealed = 'another-name.' || split_part(sealed, '.', 2)")
    person = _doctor(tmp_path, own_shop)
    await run("UPDATE person_key SET sealed = NULL")
    await run("UPDATE secret SET sealed = 'another-name.' || split_part(sealed, '.', 2)")
    secret = _doctor(tmp_path, own_shop)

    assert "does not open the stored data key of" in person.stdout
    assert "does not open the stored installation secret" in secret.stdout
    assert {*_advice(person.stdout)} & {*_advice(secret.stdout)} >= {"keys"}


async def test_it_counts_keys_under_an_earlier_master_key(tmp_path: Path, own_shop: Settings) -> None:
    await a_user()
    new, old = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0=", os.environ["HANSE_MASTER_KEY"]

    found = _doctor(tmp_path, own_shop, HANSE_MASTER_KEY=new, HANSE_PREVIOUS_MASTER_KEYS=f'["{old}"]')

    assert "3 signing keys, 1 installation secret, 1 data keys of people" in found.stdout
    assert "run `hanse keys rewrap`" in _advice(found.stdout)["keys"]


async def test_it_says_that_the_audit_chain_waits_or_stands_still(tmp_path: Path, own_shop: Settings) -> None:
    await chained()
    with clock_at(now() - timedelta(minutes=2)):
        await an_entry()

    stopped = _doctor(tmp_path, own_shop)
    async with own_connection() as relay:
        await try_lock(relay, AdvisoryLock.AUDIT_CHAIN)
        still = _doctor(tmp_path, own_shop)

    assert _advice(stopped.stdout)["audit chain"] == "start the relay, which gives them"
    assert "audit chain: 1 entries wait for their place, the oldest since 20" in still.stdout
    assert "UTC: it stands still" in still.stdout
    assert "hanse audit verify" in _advice(still.stdout)["audit chain"]


def test_it_makes_no_key(tmp_path: Path, shop: Settings) -> None:
    found = _doctor(tmp_path, shop, HANSE_MASTER_KEY="")

    assert "no master key" in found.stdout
    assert not (tmp_path / "data" / "master.key").exists()


@pytest_asyncio.fixture
async def all_alive(shop: Settings) -> AsyncIterator[None]:
    async with Redis.from_url(shop.redis_url) as redis:
        for part in PARTS:
            await redis.set(alive_key(part), 1, ex=20)
        yield
        await redis.delete(*map(alive_key, PARTS))


async def _dead_letter(error: str) -> None:
    event_id = new_id()
    await run(
        """INSERT INTO event (id, kind, subject_type, subject_id, sequence, data, request_id, occurred_at)
           VALUES ($1, 'order.placed', 'order', $1, 1, '{}', '', $2)""",
        event_id,
        now(),
    )
    await run(
        """INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at, dead_at, error)
           VALUES ($1, $1, 'authorise_payment', 10, $2, $2, $3)""",
        event_id,
        now(),
        error,
    )


def _doctor(folder: Path, shop: Settings, **more: str) -> CompletedProcess[str]:
    servers = {"DATABASE_URL": shop.database_url, "REDIS_URL": shop.redis_url}
    return hanse(folder, "doctor", **{**servers, "HANSE_MASTER_KEY": os.environ["HANSE_MASTER_KEY"], **more})


def _advice(shown: str) -> dict[str, str]:
    """What to do, by the subject that it is about."""
    lines = shown.splitlines()
    pairs = pairwise(lines)
    return {line.removeprefix("✗ ").split(": ")[0]: then.strip("→ ") for line, then in pairs if line.startswith("✗")}

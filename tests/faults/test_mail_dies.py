"""Mails whose worker, queue or mail server dies."""

import asyncio

import pytest

from domain.identity.accounts.confirm_registration import ConfirmEmail, confirm_email
from domain.shared.database import value
from domain.shared.settings import settings
from tests.backstage import Backstage, until
from tests.factories.accounts import a_registration
from tests.factories.identity import PASSWORD, an_email
from tests.factories.mail import read, token_in
from tests.factories.smtp import Inbox, smtp_server
from tests.processes import free_port

_PATIENCE_SECONDS = 60
"""A message whose worker died is given to another after some seconds, or found by the relay's sweep."""


async def test_a_sign_up_while_redis_is_stopped_is_mailed_afterwards(backstage: Backstage) -> None:
    backstage.start("workers.relay")
    _start_worker(backstage)
    backstage.valkey.stop()

    registration_id = await a_registration()
    backstage.valkey.start()
    await until(_has_file, _PATIENCE_SECONDS)

    assert await confirm_email(ConfirmEmail(token_in(read(_files()[0])), PASSWORD)) == registration_id


async def test_a_sign_up_before_any_worker_runs_is_mailed_when_one_does(backstage: Backstage) -> None:
    await a_registration()

    backstage.start("workers.relay")
    _start_worker(backstage)

    await until(_has_file)


async def test_a_mail_whose_worker_is_killed_in_the_middle_is_sent_by_another(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with smtp_server() as inbox:
        monkeypatch.setenv("HANSE_MAIL_URL", inbox.url())
        inbox.open.clear()
        backstage.start("workers.relay")
        _start_worker(backstage)
        await a_registration()
        await asyncio.wait_for(inbox.knocked.wait(), _PATIENCE_SECONDS)
        backstage.running[-1].kill()
        inbox.open.set()
        _start_worker(backstage)
        await until(lambda: _arrived(inbox), _PATIENCE_SECONDS)

    assert await value("SELECT attempts FROM inbox_entry") == 2
    assert len(inbox.envelopes) == 1


async def test_a_mail_server_that_is_away_gets_the_mail_when_it_is_back(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, email = free_port(), an_email()
    monkeypatch.setenv("HANSE_MAIL_URL", f"smtp://127.0.0.1:{port}")
    backstage.start("workers.relay")
    _start_worker(backstage)
    await a_registration(email=email)
    await until(lambda: value("SELECT error FROM inbox_entry"))

    async with smtp_server(port=port) as inbox:
        await until(lambda: _arrived(inbox), _PATIENCE_SECONDS)

    await until(lambda: value("SELECT done_at FROM inbox_entry"))
    assert "MailServerAway" in await value("SELECT error FROM inbox_entry")
    assert b"MailServerAway" in backstage.log(1)
    _says_nothing_personal(backstage, email)


async def test_a_mail_that_is_refused_is_given_up_at_once(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = an_email()
    async with smtp_server() as inbox:
        monkeypatch.setenv("HANSE_MAIL_URL", inbox.url())
        inbox.refusals.append(f"550 no such user {email}")
        backstage.start("workers.relay")
        _start_worker(backstage)
        await a_registration(email=email)
        await until(lambda: value("SELECT dead_at FROM inbox_entry"))

    assert await value("SELECT attempts FROM inbox_entry") == 1
    assert await value("SELECT error FROM inbox_entry") == "MAIL_REFUSED {'status': 550}"
    assert b"event given up" in backstage.log(1)
    _says_nothing_personal(backstage, email)


def _start_worker(backstage: Backstage) -> None:
    backstage.start("workers.run", "--queue", "default")


def _files() -> list[str]:
    return sorted(path.name for path in settings().mail_dir.glob("*.eml"))


async def _has_file() -> bool:
    return bool(_files())


async def _arrived(inbox: Inbox) -> bool:
    return bool(inbox.envelopes)


def _says_nothing_personal(backstage: Backstage, email: str) -> None:
    for number in range(len(backstage.running)):
        assert email.encode() not in backstage.log(number)
        assert b"#token=" not in backstage.log(number)

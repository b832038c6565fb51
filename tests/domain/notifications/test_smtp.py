"""Against a real server on a loopback socket."""

import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import pytest

from domain.notifications import smtp
from domain.notifications.errors import MailRefused, MailServerAway
from domain.notifications.letters import Letter, composed
from domain.notifications.smtp import Smtp
from tests.factories.smtp import PASSWORD, USER, certificate, checks_password, smtp_server
from tests.processes import free_port

ADDRESS = "anna@example.org"
AS_USER = f"{USER}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(autouse=True)
def _every_server_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_rests_until", {})


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with smtp_server() as inbox:
        await Smtp(inbox.url()).send(_message(name="Ännchen"))

    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@hanse.test", [ADDRESS])
    assert isinstance(envelope.content, bytes)
    received = message_from_bytes(envelope.content, policy=default)
    assert (received["To"], received["Message-ID"]) == (ADDRESS, "<1.consumer@hanse.test>")
    assert isinstance(received, EmailMessage)
    assert "Hello Ännchen," in received.get_content()


async def test_a_mailbox_in_another_script_is_told_to_a_server_that_can_be_told() -> None:
    async with smtp_server(enable_SMTPUTF8=True) as inbox:
        await Smtp(inbox.url()).send(_message("李雷@例子.测试网"))

    assert inbox.envelopes[0].rcpt_tos == ["李雷@xn--fsqu00a.xn--0zwm89av8i"]


async def test_a_mailbox_that_the_server_cannot_be_told_is_refused_for_good() -> None:
    async with smtp_server() as inbox:
        with pytest.raises(MailRefused) as refusal:
            await Smtp(inbox.url()).send(_message("李雷@例子.测试网"))

    assert refusal.value.status == 553


async def test_where_there_is_a_password_it_travels_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    async with smtp_server(tls_context=tls, authenticator=checks_password, auth_required=True) as inbox:
        await Smtp(inbox.url(user=AS_USER)).send(_message())

    assert inbox.over_tls == [True]


async def test_a_password_is_not_sent_to_a_server_without_tls() -> None:
    async with smtp_server(authenticator=checks_password, auth_require_tls=False) as inbox:
        with pytest.raises(MailServerAway):
            await Smtp(inbox.url(user=AS_USER)).send(_message())

    assert inbox.envelopes == []


async def test_a_server_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    tls, _ = certificate(tmp_path)

    async with smtp_server(tls_context=tls) as inbox:
        with pytest.raises(MailServerAway):
            await Smtp(inbox.url()).send(_message())

    assert inbox.envelopes == []


async def test_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    async with smtp_server(implicit=tls) as inbox:
        await Smtp(inbox.url(scheme="smtps")).send(_message())

    assert inbox.over_tls == [True]


async def test_a_wrong_password_of_ours_may_be_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    async with smtp_server(tls_context=tls, authenticator=checks_password) as inbox:
        with pytest.raises(MailServerAway, match="535"):
            await Smtp(inbox.url(user="hanse:wrong@")).send(_message())


@pytest.mark.parametrize("reply", ["550 no such user anna@example.org", "554 spam"])
async def test_a_5xx_is_for_good(reply: str) -> None:
    async with smtp_server() as inbox:
        inbox.refusals.append(reply)
        with pytest.raises(MailRefused) as refusal:
            await Smtp(inbox.url()).send(_message())

    assert refusal.value.status == int(reply[:3])
    _says_nothing_personal(refusal.value)


async def test_a_4xx_may_pass() -> None:
    async with smtp_server() as inbox:
        inbox.refusals.append("451 greylisted, anna@example.org, come back later")
        with pytest.raises(MailServerAway) as refusal:
            await Smtp(inbox.url()).send(_message())
        await Smtp(inbox.url()).send(_message())

    assert len(inbox.envelopes) == 1
    _says_nothing_personal(refusal.value)


async def test_a_server_that_is_away_may_come_back() -> None:
    mail, server = _message(), Smtp(f"smtp://127.0.0.1:{(port := free_port())}")
    with pytest.raises(MailServerAway) as refusal:
        await server.send(mail)

    async with smtp_server(port=port) as inbox:
        await server.send(mail)

    assert len(inbox.envelopes) == 1
    _says_nothing_personal(refusal.value)


async def test_a_server_that_does_not_answer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel takes the connection, and nobody answers
        port = silent.getsockname()[1]
        mail, server = _message(), Smtp(f"smtp://127.0.0.1:{port}")
        started = monotonic()
        with pytest.raises(MailServerAway, match="Timeout"):
            await server.send(mail)
        assert monotonic() - started < 2

    async with smtp_server(port=port) as inbox:
        with pytest.raises(MailServerAway, match="a moment ago"):
            await server.send(mail)
        assert inbox.envelopes == []
        monkeypatch.setattr(smtp, "monotonic", lambda: monotonic() + smtp.REST_SECONDS)
        await server.send(mail)

    assert len(inbox.envelopes) == 1


def _message(address: str = ADDRESS, name: str | None = None) -> EmailMessage:
    return composed(Letter("password_changed", "en", address, name), message_id="1.consumer")


def _says_nothing_personal(error: BaseException) -> None:
    """Neither itself, nor what a log would print after it."""
    assert ADDRESS not in repr(error) + str(error)
    assert error.__suppress_context__
    assert error.__cause__ is None

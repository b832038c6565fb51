"""What becomes of a mail when something goes wrong on the way."""

from collections.abc import Callable
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.identity.accounts.reset_password import request_password_reset
from domain.notifications import smtp
from domain.notifications.errors import MailRefused, MailServerAway
from domain.notifications.password_mails import mail_password_reset
from domain.shared.database import row, value
from domain.shared.settings import settings
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import hash_of
from tests.factories.identity import a_user, an_email
from tests.factories.mail import read, token_in
from tests.factories.smtp import Inbox, smtp_server
from tests.processes import free_port


@pytest.fixture(autouse=True)
def _every_server_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_rests_until", {})


async def test_a_mail_that_was_sent_settles_its_event() -> None:
    event_id, link_id = await _requested(an_email())

    await mail_password_reset(event_id, link_id)

    assert await _is_settled(event_id)


async def test_a_crash_after_the_mail_sends_it_again_under_the_same_id(configure: Callable[..., None]) -> None:
    event_id, link_id = await _requested(an_email())

    async with smtp_server() as inbox:
        configure(mail_url=inbox.url())
        await mail_password_reset(event_id, link_id)
        await mail_password_reset(event_id, link_id)

    first, second = _ids(inbox)
    assert first == second


async def test_a_server_that_is_away_leaves_the_event_open(configure: Callable[..., None]) -> None:
    event_id, link_id = await _requested(an_email())
    configure(mail_url=f"smtp://127.0.0.1:{free_port()}")

    with pytest.raises(MailServerAway):
        await mail_password_reset(event_id, link_id)

    assert not await _is_settled(event_id)


async def test_a_refusal_leaves_the_event_to_be_given_up(configure: Callable[..., None]) -> None:
    event_id, link_id = await _requested(an_email())

    async with smtp_server() as inbox:
        inbox.refusals.append("550 no such user")
        configure(mail_url=inbox.url())
        with pytest.raises(MailRefused):
            await mail_password_reset(event_id, link_id)

    assert not await _is_settled(event_id)


async def test_the_log_tells_neither_address_nor_token() -> None:
    email = an_email()
    event_id, link_id = await _requested(email)

    with capture_logs() as lines:
        await mail_password_reset(event_id, link_id)

    token = token_in(read(f"{event_id}.mail_password_reset.eml"))
    assert [line["kind"] for line in lines] == ["reset_password"]
    assert email not in str(lines)
    assert token not in str(lines)


async def test_a_file_is_for_its_owner_only() -> None:
    event_id, link_id = await _requested(an_email())

    await mail_password_reset(event_id, link_id)

    file = settings().mail_dir / f"{event_id}.mail_password_reset.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings().mail_dir.stat().st_mode & 0o777 == 0o700
    assert list(settings().mail_dir.glob(".*")) == []


async def _requested(email: str) -> tuple[UUID, UUID]:
    """The event and the link of a password reset for somebody who has an account."""
    await a_user(email=email)
    await request_password_reset(ANONYMOUS, email)
    found = await row(
        """SELECT event.id AS event_id, mail_link.id AS link_id FROM mail_link JOIN event ON event.subject_id = mail_link.id
           WHERE email_hash = $1""",
        await hash_of(email),
    )
    assert found is not None
    return found["event_id"], found["link_id"]


async def _is_settled(event_id: UUID) -> bool:
    return bool(await value("SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1", event_id))


def _ids(inbox: Inbox) -> list[str]:
    texts = [bytes(one.content or b"").decode() for one in inbox.envelopes]  # type: ignore[arg-type] # it was sent bytes
    return [line for text in texts for line in text.splitlines() if line.startswith("Message-ID:")]

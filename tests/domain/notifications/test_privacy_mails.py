"""The mails about somebody's data, made as the worker makes them."""

from collections.abc import Callable
from email.message import EmailMessage
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.identity.personal import person_key
from domain.identity.privacy.export import export_personal_data
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.tokens import viewer_from_token
from domain.notifications import privacy_mails
from domain.shared.database import run
from domain.shared.settings import settings
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.mail import body_of, mails_about, read
from tests.factories.orders import an_order
from tests.factories.payments import event_of
from tests.factories.privacy import asked_to_erase
from tests.factories.smtp import smtp_server
from tests.processes import free_port
from workers.privacy import erase_person


async def _erased(person_id: UUID) -> tuple[UUID, list[EmailMessage]]:
    """The request, and the mails that its event brought."""
    request_id, event_id = await asked_to_erase(person_id)
    await erase_person(event_id, request_id)
    return request_id, [read(path.name) for path in sorted(settings().mail_dir.glob(f"{event_id}.*.eml"))]


async def test_who_is_erased_is_told_so_by_name_while_it_is_still_known_where() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    _, (mail,) = await _erased(user_id)

    assert (mail["To"], mail["Subject"]) == (email, "Your account at Hanse has been erased")
    assert "Anna Schmidt" in body_of(mail)
    assert await person_key(user_id) is None


async def test_guests_and_people_without_an_address_are_erased_without_a_mail() -> None:
    guest = await a_guest()
    assert guest.user_id is not None

    _, mails = await _erased(guest.user_id)

    assert mails == []
    assert await person_key(guest.user_id) is None


async def test_delivered_again_after_the_erasure_no_second_mail_is_sent() -> None:
    user_id = await a_user(email=an_email())
    request_id, event_id = await asked_to_erase(user_id)
    await erase_person(event_id, request_id)
    [file] = settings().mail_dir.glob(f"{event_id}.*.eml")
    file.unlink()

    await erase_person(event_id, request_id)

    assert list(settings().mail_dir.glob(f"{event_id}.*.eml")) == []


async def test_an_erasure_that_could_not_be_carried_out_is_told_of() -> None:
    user_id = await a_user(email=an_email())
    request_id, event_id = await asked_to_erase(user_id)
    await an_order(Viewer(user_id=user_id), await some_goods())
    await erase_person(event_id, request_id)

    assert list(settings().mail_dir.glob(f"{event_id}.*.eml")) == []  # no farewell to who stays
    (mail,) = await mails_about(request_id, "privacy.erasure_refused")

    assert mail["Subject"] == "Your account at Hanse could not be erased"
    assert "http://localhost:3000/privacy" in body_of(mail)


async def test_the_copy_is_announced_to_the_person_in_their_language_whoever_asked() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    await run("UPDATE users SET language = 'zh-Hans' WHERE id = $1", user_id)
    person = await viewer_from_token((await log_in(LogIn(email=email, password=PASSWORD))).access_token)
    request_id = await request_personal_data(person, RequestPersonalData())
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, {})

    (mail,) = await mails_about(request_id, "privacy.data_ready")

    assert (mail["To"], mail["Subject"]) == (email, "您在 Hanse 的数据副本已准备好")
    assert "http://localhost:3000/privacy" in body_of(mail)


async def test_a_mail_server_that_refuses_the_address_does_not_hold_the_erasure_up(
    configure: Callable[..., None],
) -> None:
    user_id = await a_user(email=an_email())
    async with smtp_server() as inbox:
        inbox.refusals.append("550 no such mailbox")
        configure(mail_url=inbox.url())

        await _erased(user_id)

    assert await person_key(user_id) is None


async def test_a_mail_server_that_is_away_does_not_hold_the_erasure_up_and_is_tried_again(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = await a_user(email=an_email())
    request_id, event_id = await asked_to_erase(user_id)
    configure(mail_url=f"smtp://127.0.0.1:{free_port()}")
    monkeypatch.setattr(privacy_mails, "PAUSES_SECONDS", (0.0, 0.1, 0.1))

    with capture_logs() as lines:
        await erase_person(event_id, request_id)

    assert await person_key(user_id) is None
    assert {"event": "erased without a mail", "refusal": "the mail server is away", "log_level": "warning"} in lines


async def test_a_mail_server_that_comes_back_sends_the_farewell(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    email = an_email()
    request_id, event_id = await asked_to_erase(await a_user(email=email))
    async with smtp_server() as inbox:
        inbox.refusals.append("421 not now")
        configure(mail_url=inbox.url())
        monkeypatch.setattr(privacy_mails, "PAUSES_SECONDS", (0.0, 0.1))

        await erase_person(event_id, request_id)

    assert [one.rcpt_tos for one in inbox.envelopes] == [[email]]


async def test_what_the_platform_wanted_and_did_not_do_is_mailed_to_nobody() -> None:
    user_id = await a_user(email=an_email())
    request_id, event_id = await asked_to_erase(user_id, by=PLATFORM)
    await an_order(Viewer(user_id=user_id), await some_goods())
    await erase_person(event_id, request_id)

    assert await mails_about(request_id, "privacy.erasure_refused") == []
    assert list(settings().mail_dir.glob(f"{event_id}.*.eml")) == []

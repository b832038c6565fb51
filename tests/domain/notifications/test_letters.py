from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, compat32, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.accounts.rules import checked_email
from domain.notifications.errors import MailRefused
from domain.notifications.letters import Letter, as_sent, composed, keeps_to_its_headers
from domain.shared.errors import InvalidInput

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
    "Content-Language",
]


def test_a_letter_is_a_mail_in_the_language_of_who_gets_it() -> None:
    letter = Letter(
        "reset_password", "zh-Hans", "lilei@example.org", "李雷", "https://shop.example/x", timedelta(hours=1)
    )

    message = _received(letter)

    assert (message["From"], message["To"]) == ("Hanse <shop@hanse.test>", "lilei@example.org")
    assert (message["Subject"], message["Content-Language"]) == ("重设您的 Hanse 密码", "zh-Hans")
    body = message.get_content().replace("\r\n", "\n")
    assert body.startswith("李雷，您好！\n")
    assert "1小时内" in body
    assert "\nhttps://shop.example/x\n" in body


def test_a_language_that_is_not_spoken_here_is_english() -> None:
    message = _received(Letter("invitation", "fr", "anna@example.org", lifetime=timedelta(days=7)))

    assert message["Subject"] == "You are invited to Hanse"


def test_the_shop_is_called_as_the_sender_is(configure: Callable[..., None]) -> None:
    configure(mail_from="汉萨商店 <post@shop.example>")

    message = _received(Letter("email_changed_new", "en", "anna@example.org"))

    assert message["From"].addresses[0].display_name == "汉萨商店"
    assert message["Message-ID"] == "<1.consumer@shop.example>"
    assert "汉萨商店" in message["Subject"]


@pytest.mark.parametrize(
    "name",
    [
        "Anna\r\nBcc: all@example.org",
        "Anna\nBcc: all@example.org",
        "Anna\u2028Bcc: all@example.org",
        "Anna\x85Bcc: all@example.org",
        "=?utf-8?q?=0D=0ABcc:_all=40example.org?=",
        "a,b " * 50,
        '"' * 200,
        "{link} {0} {name.__class__}",
        "李" * 100_000,
    ],
)
def test_a_name_stays_in_the_text(name: str) -> None:
    message = _received(Letter("password_changed", "en", "anna@example.org", name))

    assert [header for header, _ in message.raw_items()] == HEADERS
    assert [one.addr_spec for one in message["To"].addresses] == ["anna@example.org"]
    assert name.splitlines()[0][:20] in message.get_content()


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?=0D=0ABcc=3A_x?=@example.org",
        "=?utf-8?b?DQpCY2M6IHhAeS56?=@example.org",
        "anna@example.org\r\nBcc: all@example.org",
        "anna@example.org, all@example.org",
        "anna\u2028@example.org",
        "Anna <anna@example.org>",
        "anna",
        "",
    ],
)
def test_an_address_that_would_break_out_of_its_header_is_refused(address: str) -> None:
    with pytest.raises(MailRefused):
        composed(Letter("password_changed", "en", address), message_id="1.consumer")


@pytest.mark.parametrize("local", ["=?utf-8?q?=0D=0ABcc=3A_x?=", "=?utf-8?b?DQpCY2M6IHhAeS56?=", "a,b"])
def test_a_message_that_python_writes_with_other_headers_is_noticed(local: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "shop@example.org"
    message["To"] = Address("", local, "example.org")

    assert not keeps_to_its_headers(message, f"{local}@example.org")


def test_a_message_that_keeps_to_its_headers_is_not_held_back() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "shop@example.org"
    message["To"] = Address("", "anna", "example.org")

    assert keeps_to_its_headers(message, "anna@example.org")


@given(
    local=st.text(min_size=1, max_size=70), domain=st.sampled_from(["example.org", "例子.测试网", "x" * 60 + ".org"])
)
def test_whatever_is_accepted_as_an_address_is_the_only_one_that_the_mail_goes_to(local: str, domain: str) -> None:
    try:
        address = checked_email(f"{local}@{domain}")
    except InvalidInput:
        return

    sent = as_sent(composed(Letter("password_changed", "en", address), message_id="1.consumer"))

    again = message_from_bytes(sent, policy=compat32)
    assert again.keys() == HEADERS
    assert sent.count(b"\r\nTo: ") == 1


def test_a_mailbox_with_another_script_keeps_its_name() -> None:
    sent = as_sent(composed(Letter("password_changed", "en", "李雷@例子.测试网"), message_id="1.consumer"))

    assert "\r\nTo: 李雷@xn--fsqu00a.xn--0zwm89av8i\r\n".encode() in sent


def test_a_letter_says_nothing_personal_of_itself() -> None:
    letter = Letter(
        "change_email_old", "en", "anna@example.org", "Anna", "https://x/#token=secret", new_email="b@c.org"
    )

    assert repr(letter) == f"Letter(kind='change_email_old', language='en', lifetime={timedelta()!r})"


def _received(letter: Letter) -> EmailMessage:
    message = message_from_bytes(as_sent(composed(letter, message_id="1.consumer")), policy=default)
    assert isinstance(message, EmailMessage)
    return message

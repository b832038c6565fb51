"""Whoever keeps an account by mail: from the sign-up over a forgotten password to another address."""

from typing import Any

import pytest

from domain.shared.settings import Settings
from tests.api.client import Client
from tests.e2e.mailbox import mailed_subjects, mailed_token
from tests.factories.identity import an_email

pytestmark = pytest.mark.usefixtures("workers")

FIRST, SECOND = "seven tired badgers", "nine sleepy wombats"
REFUSED = "... on Error { code message }"


async def test_an_account_lives_by_its_mails(api: str, shop: Settings) -> None:
    email, other = an_email(), an_email()

    await _do(api, "signUp", "SignUpAccepted { linkValidSeconds }", _newcomer(email))
    token = await mailed_token(shop.data_dir, email, "confirm-email")
    await _do(api, "confirmEmail", "AccountOpened { userId }", {"token": token, "password": FIRST})

    await _do(api, "requestPasswordReset", "MailRequested { linkValidSeconds }", {"email": email})
    token = await mailed_token(shop.data_dir, email, "reset-password")
    await _do(api, "resetPassword", "PasswordChanged { userId }", {"token": token, "newPassword": SECOND})

    here = Client(api, (await _log_in(api, email))["accessToken"])
    wanted = {"newEmail": other, "password": SECOND}
    await _do(here, "requestEmailChange", "MailRequested { linkValidSeconds }", wanted)
    for address, proof in ((email, {}), (other, {"password": SECOND})):
        token = await mailed_token(shop.data_dir, address, "confirm-email-change")
        changed = await _do(api, "confirmEmailChange", "EmailChangeConfirmed { complete }", {"token": token, **proof})

    assert changed == {"complete": True}
    assert (await _log_in(api, other))["user"]["email"] == other
    assert sorted(await mailed_subjects(shop.data_dir, email, lambda found: len(found) == 5)) == [
        "Another address for your account at Hanse",
        "Choose a new password for Hanse",
        "Confirm your e-mail address for Hanse",
        "Your account at Hanse has another address",
        "Your password for Hanse was changed",
    ]


async def test_who_signs_up_with_somebody_elses_address_only_lets_them_know(api: str, shop: Settings) -> None:
    email = an_email()
    await _do(api, "signUp", "SignUpAccepted { linkValidSeconds }", _newcomer(email))
    token = await mailed_token(shop.data_dir, email, "confirm-email")
    await _do(api, "confirmEmail", "AccountOpened { userId }", {"token": token, "password": FIRST})

    stranger = {**_newcomer(email.upper()), "password": SECOND}
    await _do(api, "signUp", "SignUpAccepted { linkValidSeconds }", stranger)

    subjects = await mailed_subjects(shop.data_dir, email, lambda found: len(found) == 2)
    assert subjects[1] == "You have an account at Hanse already"


def _newcomer(email: str) -> dict[str, str]:
    return {
        "email": email,
        "password": FIRST,
        "name": "New Comer",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
    }


async def _log_in(api: str, email: str) -> Any:
    tokens = "Tokens { accessToken user { email } }"
    return await _do(api, "logIn", tokens, {"email": email, "password": SECOND})


async def _do(asked: str | Client, name: str, success: str, input: dict[str, str]) -> Any:
    client = asked if isinstance(asked, Client) else Client(asked)
    kind = name[0].upper() + name[1:]
    query = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ ... on {success} {REFUSED} }} }}"
    answer = (await client.ask(query, input=input))[name]
    assert "code" not in answer, answer
    return answer

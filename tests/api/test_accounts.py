from typing import Any
from uuid import UUID

import pytest

from api.ids import decode, encode
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer
from tests.api.client import Client, signed_in
from tests.factories.accounts import confirmation_token, hash_of, registration_of
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.mail import mails_about, token_in
from tests.factories.people import a_person
from tests.factories.roles import role_id

NEW = "seven tired badgers"
ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"


def _mutation(name: str, success: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {success} {ERRORS} }} }}"


SIGN_UP = _mutation("signUp", "... on SignUpAccepted { linkValidSeconds }")
CONFIRM_EMAIL = _mutation("confirmEmail", "... on AccountOpened { userId }")
REQUEST_RESET = _mutation("requestPasswordReset", "... on MailRequested { linkValidSeconds }")
RESET = _mutation("resetPassword", "... on PasswordChanged { userId }")
CHANGE_PASSWORD = _mutation("changePassword", "... on PasswordChanged { userId }")
REQUEST_CHANGE = _mutation("requestEmailChange", "... on MailRequested { linkValidSeconds }")
CONFIRM_CHANGE = _mutation("confirmEmailChange", "... on EmailChangeConfirmed { complete }")
INVITE = _mutation("inviteStaff", "... on Person { id email name grants { role { name } } }")
RESEND = _mutation("resendInvitation", "... on Person { id }")
ACCEPT = _mutation("acceptInvitation", "... on AccountOpened { userId }")
LOG_IN = _mutation("logIn", "... on Tokens { user { email name country } }")


async def test_somebody_signs_up_confirms_and_logs_in(api: str) -> None:
    email, client = an_email(), Client(api)

    accepted = await _do(client, SIGN_UP, _sign_up(email=email))
    early = await _do(client, LOG_IN, {"email": email, "password": PASSWORD})
    registration_id = await registration_of(email)
    token = await confirmation_token(registration_id)
    opened = await _do(client, CONFIRM_EMAIL, {"token": token, "password": PASSWORD})
    again = await _do(client, CONFIRM_EMAIL, {"token": token, "password": PASSWORD})
    tokens = await _do(client, LOG_IN, {"email": email, "password": PASSWORD})

    assert accepted == {"linkValidSeconds": 259_200}
    assert early["code"] == "WRONG_CREDENTIALS"
    assert opened == {"userId": encode("User", registration_id)}
    assert (again["__typename"], again["code"]) == ("LinkInvalidError", "LINK_INVALID")
    assert tokens["user"] == {"email": email, "name": "Anna Schmidt", "country": "DE"}


async def test_every_answer_to_a_known_and_to_an_unknown_address_is_the_same(api: str) -> None:
    known, unknown = an_email(), an_email()
    await a_user(email=known)
    client = await signed_in(api, Viewer(user_id=await a_user()))

    answers = {
        query: [
            await client.post(query, input=input(email))
            for email, input in ((known, _INPUTS[query]), (unknown, _INPUTS[query]))
        ]
        for query in _INPUTS
    }

    for for_known, for_unknown in answers.values():
        assert for_known.json() == for_unknown.json()
        assert "errors" not in for_known.json()
        assert _headers(for_known) == _headers(for_unknown)


async def test_a_password_is_reset_by_a_mailed_link(api: str) -> None:
    email, client = an_email(), Client(api)
    user_id = await a_user(email=email)

    requested = await _do(client, REQUEST_RESET, {"email": email})
    token = await _reset_token(email)
    weak = await _do(client, RESET, {"token": token, "newPassword": "password"})
    changed = await _do(client, RESET, {"token": token, "newPassword": NEW})
    used = await _do(client, RESET, {"token": token, "newPassword": NEW})

    assert requested == {"linkValidSeconds": 3600}
    assert (weak["code"], weak["field"]) == ("INVALID_INPUT", "newPassword")
    assert changed == {"userId": encode("User", user_id)}
    assert used["code"] == "LINK_INVALID"


async def test_a_password_is_changed_with_the_old_one(api: str) -> None:
    user_id = await a_user()
    client = await signed_in(api, Viewer(user_id=user_id))

    wrong = await _do(client, CHANGE_PASSWORD, {"currentPassword": NEW, "newPassword": NEW})
    changed = await _do(client, CHANGE_PASSWORD, {"currentPassword": PASSWORD, "newPassword": NEW})

    assert wrong["code"] == "WRONG_CREDENTIALS"
    assert changed == {"userId": encode("User", user_id)}


async def test_an_address_is_changed_with_two_links(api: str) -> None:
    new, viewer = an_email(), Viewer(user_id=await a_user())
    client = await signed_in(api, viewer)

    requested = await _do(client, REQUEST_CHANGE, {"newEmail": new, "password": PASSWORD})
    change_id = await value("SELECT id FROM email_change WHERE user_id = $1", viewer.user_id)
    mails = await mails_about(change_id, "email_change.requested")
    to_new, to_old = (token_in(mail) for mail in sorted(mails, key=lambda mail: mail["To"] != new))
    bare, wrong = [
        await _do(Client(api), CONFIRM_CHANGE, {"token": to_new, **proof})
        for proof in ({}, {"password": "not it at all"})
    ]
    proved = await _do(Client(api), CONFIRM_CHANGE, {"token": to_new, "password": PASSWORD})
    complete = await _do(Client(api), CONFIRM_CHANGE, {"token": to_old})
    me = await client.ask("{ me { email } }")

    assert requested == {"linkValidSeconds": 86_400}
    assert (bare["code"], wrong["code"]) == ("INVALID_INPUT", "WRONG_CREDENTIALS")
    assert (proved, complete) == ({"complete": False}, {"complete": True})
    assert me == {"me": {"email": new}}


async def test_staff_invite_staff(api: str) -> None:
    email, inviter = an_email(), await signed_in(api, await a_person("administrator"))
    wanted = {"email": email, "name": "Bo Berg", "language": "en", "roles": [await _role("support")]}

    invited = await _do(inviter, INVITE, wanted)
    taken = await _do(inviter, INVITE, wanted)
    resent = await _do(inviter, RESEND, {"personId": invited["id"]})
    (mail,) = await mails_about(_user_id(invited["id"]), "user.invited")
    accepted = await _do(Client(api), ACCEPT, {"token": token_in(mail), "password": NEW})
    tokens = await _do(Client(api), LOG_IN, {"email": email, "password": NEW})

    assert (invited["email"], invited["name"]) == (email, "Bo Berg")
    assert invited["grants"] == [{"role": {"name": "support"}}]
    assert taken["code"] == "ACCOUNT_EXISTS"
    assert resent["id"] == accepted["userId"] == invited["id"]
    assert tokens["user"]["email"] == email


async def test_what_is_named_wrongly_in_an_invitation_is_named_by_its_place(api: str) -> None:
    inviter = await signed_in(api, await a_person("administrator"))
    roles = [await _role("support"), {"roleId": encode("User", new_id())}]

    refused = await _do(inviter, INVITE, {"email": an_email(), "name": "Bo", "language": "en", "roles": roles})

    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "roles.1.roleId")


@pytest.mark.parametrize(("query", "input"), [(INVITE, "invite"), (RESEND, "resend")])
async def test_only_who_may_write_people_invites(api: str, query: str, input: str) -> None:
    wanted = {
        "invite": {"email": an_email(), "name": "Bo", "language": "en", "roles": [await _role("support")]},
        "resend": {"personId": encode("User", await a_user())},
    }[input]

    foreign = await (await signed_in(api, await a_person("support"))).refusal(query, input=wanted)
    nobody = await Client(api).refusal(query, input=wanted)

    assert (foreign["code"], nobody["code"]) == ("NOT_ALLOWED", "NOT_SIGNED_IN")


async def test_only_who_is_signed_in_changes_password_and_address(api: str) -> None:
    password = {"currentPassword": PASSWORD, "newPassword": NEW}

    for query, input in ((CHANGE_PASSWORD, password), (REQUEST_CHANGE, {"newEmail": an_email(), "password": PASSWORD})):
        assert (await Client(api).refusal(query, input=input))["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    ("query", "input"),
    [
        (CONFIRM_EMAIL, {"token": "x", "password": PASSWORD}),
        (RESET, {"token": "A" * 64, "newPassword": NEW}),
        (CONFIRM_CHANGE, {"token": "\ud7ff" * 64}),
        (ACCEPT, {"token": "", "password": NEW}),
        (ACCEPT, {"token": "A" * 50_000, "password": NEW}),
    ],
)
async def test_a_forged_link_is_refused_by_type(api: str, query: str, input: dict[str, str]) -> None:
    refused = await _do(Client(api), query, input)

    assert (refused["__typename"], refused["code"]) == ("LinkInvalidError", "LINK_INVALID")


async def test_a_look_alike_address_is_refused_in_the_language_of_the_request(api: str) -> None:
    client = Client(api, language="zh-CN")

    refused = await _do(client, SIGN_UP, _sign_up(email="\N{CYRILLIC SMALL LETTER A}nna@example.org"))

    assert (refused["field"], refused["rule"]) == ("email", "lookalike")
    assert "同一种文字" in refused["message"]


async def test_a_password_that_fills_the_request_is_refused_by_its_field(api: str) -> None:
    refused = await _do(Client(api), SIGN_UP, _sign_up(password="x" * 50_000))

    assert (refused["field"], refused["rule"], refused["limit"]) == ("password", "length", "8..128")


@pytest.mark.parametrize(
    "fields",
    [
        "a: resetPassword(input: $input) { __typename } b: resetPassword(input: $input) { __typename }",
        'a: resetPassword(input: $input) { __typename } logIn(input: {email: "a@b.c", password: "x"}) { __typename }',
    ],
)
async def test_a_document_checks_one_credential(api: str, fields: str) -> None:
    query = f"mutation ($input: ResetPasswordInput!) {{ {fields} }}"

    answer = await Client(api).post(query, input={"token": "x", "newPassword": NEW})

    assert answer.status_code == 400
    assert "data" not in answer.json()


_INPUTS: dict[str, Any] = {
    SIGN_UP: lambda email: _sign_up(email=email),
    REQUEST_RESET: lambda email: {"email": email},
    REQUEST_CHANGE: lambda email: {"newEmail": email, "password": PASSWORD},
}


def _sign_up(**changes: str) -> dict[str, str]:
    return {
        "email": an_email(),
        "password": PASSWORD,
        "name": "Anna Schmidt",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
        **changes,
    }


async def _do(client: Client, query: str, input: object) -> Any:
    (answer,) = (await client.ask(query, input=input)).values()
    return answer


async def _reset_token(email: str) -> str:
    link_id = await value("SELECT id FROM mail_link WHERE email_hash = $1", await hash_of(email))
    (mail,) = await mails_about(link_id, "password_reset.requested")
    return token_in(mail)


async def _role(name: str) -> dict[str, str]:
    return {"roleId": encode("Role", await role_id(name))}


def _user_id(global_id: str) -> UUID:
    return decode("User", global_id, field="id")


def _headers(answer: Any) -> list[str]:
    return [name for name in answer.headers if name not in {"date"}]

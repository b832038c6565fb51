from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.ids import encode
from domain.identity.sessions import cutoffs
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.browser import ERRORS, LOG_OUT, Browser, browsing, code_of
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in

USER = "id email name language currency country isGuest grants { role channel supplierId } permissions"
TOKENS = f"accessToken accessExpiresAt refreshToken sessionId user {{ {USER} }}"
ME = f"{{ me {{ {USER} }} }}"
LOG_IN = f"mutation ($input: LogInInput!) {{ logIn(input: $input) {{ ... on Tokens {{ {TOKENS} }} {ERRORS} }} }}"
REFRESH = (
    "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) "
    f"{{ ... on Tokens {{ {TOKENS} }} {ERRORS} }} }}"
)
SESSION = "id device address methods createdAt lastUsedAt current"
SESSIONS = f"{{ me {{ sessions {{ {SESSION} }} }} }}"
END = f"mutation ($id: ID!) {{ endSession(id: $id) {{ ... on SessionsEnded {{ count }} {ERRORS} }} }}"
END_ALL = (
    f"mutation ($e: Boolean!) {{ endAllSessions(exceptThis: $e) {{ ... on SessionsEnded {{ count }} {ERRORS} }} }}"
)


@pytest.fixture
async def client(shop: Settings) -> AsyncIterator[Browser]:
    async with browsing(shop, headers={"user-agent": "Test/1.0"}) as opened:
        yield opened


@pytest.fixture
def noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


async def test_a_person_logs_in_stays_signed_in_and_logs_out(client: Browser) -> None:
    email = an_email()
    user_id = await a_user(email=email)

    first = await client.data(LOG_IN, input={"email": email, "password": PASSWORD})
    second = await client.data(REFRESH, input={"refreshToken": first["refreshToken"]})
    me = await client.data(ME, _bearer(second))
    out = await client.data(LOG_OUT, _bearer(second))
    refused = await client.data(REFRESH, input={"refreshToken": second["refreshToken"]})

    assert me == {
        "id": encode("User", user_id),
        "email": email,
        "name": "Anna Schmidt",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
        "isGuest": False,
        "grants": [],
        "permissions": [],
    }
    assert first["user"] == second["user"] == me
    assert out == {"sessionId": first["sessionId"]}
    assert (refused["__typename"], refused["code"]) == ("SessionEndedError", "SESSION_ENDED")


async def test_staff_see_what_they_may_do(client: Browser) -> None:
    tokens = await signed_in(role="analyst")

    me = await client.data(ME, {"authorization": f"Bearer {tokens.access_token}"})

    assert me["grants"] == [{"role": "analyst", "channel": None, "supplierId": None}]
    assert {"recommendations.read", "reports.request", "segments.read"} <= set(me["permissions"])


async def test_somebody_who_is_not_signed_in_is_nobody(client: Browser) -> None:
    assert await client.data(ME) is None


@pytest.mark.parametrize(
    ("email", "password"),
    [("nobody@example.org", PASSWORD), ("a\x01b@example.org", "a bell\x07 in a password"), ("", "")],
)
async def test_a_wrong_log_in_is_refused_by_type(client: Browser, email: str, password: str) -> None:
    refused = await client.data(LOG_IN, input={"email": email, "password": password})

    assert (refused["__typename"], refused["code"]) == ("WrongCredentialsError", "WRONG_CREDENTIALS")


@pytest.mark.parametrize("field", ["email", "password"])
async def test_a_nul_in_any_field_is_bad_input(client: Browser, field: str) -> None:
    sent = {"email": an_email(), "password": PASSWORD, field: "nul\x00 and more than 8"}

    assert code_of(await client.post(LOG_IN, input=sent)) == (400, "BAD_USER_INPUT")


async def test_only_who_is_signed_in_logs_out(client: Browser) -> None:
    assert code_of(await client.post(LOG_OUT)) == (200, "NOT_SIGNED_IN")


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_person_sees_their_devices_and_ends_one(client: Browser) -> None:
    first, second = await _two_devices(client)

    shown = (await client.data(SESSIONS, _bearer(first)))["sessions"]
    ended = await client.data(END, _bearer(first), id=second["sessionId"])
    again = await client.data(END, _bearer(first), id=second["sessionId"])
    left = (await client.data(SESSIONS, _bearer(first)))["sessions"]

    assert {one["id"]: one["current"] for one in shown} == {first["sessionId"]: True, second["sessionId"]: False}
    assert {(one["device"], one["address"]) for one in shown} == {("Test/1.0", "203.0.113.50")}
    assert [one["methods"] for one in shown] == [["pwd"], ["pwd"]]
    assert (ended, again) == ({"count": 1}, {"count": 0})
    assert [one["id"] for one in left] == [first["sessionId"]]
    assert code_of(await client.post(ME, _bearer(second))) == (401, "SESSION_ENDED")


@pytest.mark.usefixtures("noticed_at_once")
@pytest.mark.parametrize(("except_this", "count", "status"), [(True, 1, 200), (False, 2, 401)])
async def test_a_person_ends_all_devices_or_all_others(
    client: Browser, except_this: bool, count: int, status: int
) -> None:
    first, second = await _two_devices(client)

    ended = await client.data(END_ALL, _bearer(first), e=except_this)

    assert ended == {"count": count}
    assert (await client.post(ME, _bearer(first))).status_code == status
    assert (await client.post(ME, _bearer(second))).status_code == 401


async def test_a_foreign_device_is_as_unknown_as_one_that_does_not_exist(client: Browser) -> None:
    (mine, _), foreign = await _two_devices(client), await signed_in()

    for session_id in (foreign.session_id, new_id()):
        refused = await client.data(END, _bearer(mine), id=encode("Session", session_id))
        assert (refused["__typename"], refused["code"]) == ("NotFoundError", "NOT_FOUND")

    assert await viewer_from_token(foreign.access_token)


async def test_devices_are_for_people_who_are_signed_in(client: Browser) -> None:
    for query, given in ((END, {"id": encode("Session", new_id())}), (END_ALL, {"e": False})):
        assert code_of(await client.post(query, **given)) == (200, "NOT_SIGNED_IN")


async def _two_devices(client: Browser) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tokens of both, as logIn gives them."""
    email = an_email()
    await a_user(email=email)
    first, second = [await client.data(LOG_IN, input={"email": email, "password": PASSWORD}) for _ in range(2)]
    return first, second


def _bearer(tokens: dict[str, Any]) -> dict[str, str | None]:
    return {"authorization": f"Bearer {tokens['accessToken']}"}

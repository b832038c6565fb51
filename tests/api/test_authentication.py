from typing import Any

import pytest
from starlette.requests import HTTPConnection

from api.authentication import authenticate, credentials
from api.http.callers import identify
from api.http.graphql.refusals import RequestRefused
from domain.identity.errors import SessionEnded, TokenExpired, TokenInvalid
from domain.identity.sessions import cutoffs
from domain.identity.sessions.log_out import log_out
from domain.shared.clock import clock_at
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import signed_in


def sending(headers: dict[str, str], kind: str = "http") -> HTTPConnection:
    """A request with these headers."""
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": "POST", "scheme": "http", "server": ("shop", 80), "path": "/", "headers": encoded}
    return HTTPConnection(scope)


async def test_who_sends_nothing_is_anonymous() -> None:
    viewer, sent = await identify(sending({}))

    assert viewer == ANONYMOUS
    assert sent.authorization is None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
async def test_a_bearer_token_names_the_viewer(scheme: str) -> None:
    tokens = await signed_in()

    viewer, _ = await identify(sending({"authorization": f"{scheme} {tokens.access_token}"}))

    assert (viewer.user_id, viewer.session_id) == (tokens.user_id, tokens.session_id)


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_the_payload_of_a_websocket_goes_before_its_headers(name: str) -> None:
    tokens, other = await signed_in(), await signed_in()

    viewer, _ = await identify(
        sending({"authorization": f"Bearer {other.access_token}"}), {name: f"Bearer {tokens.access_token}"}
    )

    assert viewer.user_id == tokens.user_id


async def test_a_websocket_without_a_payload_is_known_by_its_headers() -> None:
    tokens = await signed_in()

    viewer, _ = await identify(sending({"authorization": f"Bearer {tokens.access_token}"}), {})

    assert viewer.user_id == tokens.user_id


@pytest.mark.parametrize("sent", ["Basic YTpi", "Bearer", "Bearer ", "token", "Bearer a.b.c", "   "])
async def test_anything_else_is_refused_with_401_and_a_challenge(sent: str) -> None:
    with pytest.raises(RequestRefused) as refusal:
        await identify(sending({"authorization": sent}))

    assert (refusal.value.status, refusal.value.code) == (401, "TOKEN_INVALID")
    assert refusal.value.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("payload", [{"authorization": 1}, {"authorization": {"token": "x"}}, {"authorization": []}])
async def test_a_payload_that_holds_no_text_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        credentials({}, payload)


async def test_an_expired_token_is_refused_by_name() -> None:
    tokens = await signed_in()

    with clock_at(tokens.access_expires_at), pytest.raises(RequestRefused) as refusal:
        await identify(sending({"authorization": f"Bearer {tokens.access_token}"}))

    assert (refusal.value.status, refusal.value.code) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize(
    ("accepted", "anonymous", "signed_in_in_english"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "zh-Hans"), ("fr", "en", "en"), ("en-GB", "en", "en")],
)
async def test_the_language_of_the_request_goes_first(accepted: str, anonymous: str, signed_in_in_english: str) -> None:
    headers = {"accept-language": accepted}
    token = (await signed_in()).access_token

    nobody, _ = await identify(sending(headers))
    somebody, _ = await identify(sending(headers | {"authorization": f"Bearer {token}"}))

    assert (nobody.language, somebody.language) == (anonymous, signed_in_in_english)


async def test_a_later_event_finds_that_the_token_expired_or_the_device_was_signed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)
    tokens = await signed_in()
    viewer, sent = await identify(sending({"authorization": f"Bearer {tokens.access_token}"}))
    at_first = await authenticate(sent)

    with clock_at(tokens.access_expires_at), pytest.raises(TokenExpired):
        await authenticate(sent)
    await log_out(viewer)
    with pytest.raises(SessionEnded):
        await authenticate(sent)

    assert at_first == viewer


@pytest.mark.parametrize("field", ["refreshSession", "logIn"])
async def test_an_expired_token_does_no_harm_to_what_replaces_it_and_a_forged_one_does(field: str) -> None:
    tokens = await signed_in()
    expired = sending({"authorization": f"Bearer {tokens.access_token}"})

    with clock_at(tokens.access_expires_at):
        viewer, sent = await identify(expired, root_field=field)
        with pytest.raises(RequestRefused):
            await identify(expired, root_field="placeOrder")
    with pytest.raises(RequestRefused):
        await identify(sending({"authorization": "Bearer a.b.c"}), root_field=field)

    assert (viewer.user_id, sent.authorization) == (None, None)

"""Tokens in cookies: what browsers are given, and what pages of other sites cannot do with them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.settings import Settings, settings
from tests.api.browser import HOST, LOG_IN, LOG_OUT, ME, OWN_PAGE, REFRESH, Browser, browsing, code_of
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in
from tests.factories.open_sessions import session_is_open

ACCESS, REFRESHING = "__Host-hanse-access", "__Host-hanse-refresh"
EVIL = "https://evil.example"
CROSS_SITE = (403, "CROSS_SITE")
_NOT_READ = (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.fixture
async def browser(shop: Settings) -> AsyncIterator[Browser]:
    async with browsing(shop) as opened:
        yield opened


async def test_a_browser_logs_in_stays_signed_in_and_logs_out_without_seeing_a_token(browser: Browser) -> None:
    first = await _log_in(browser)
    me = await browser.data(ME)
    kept = browser.kept()
    second = await browser.data(REFRESH, input={})
    renewed = browser.kept()
    out = await browser.data(LOG_OUT)

    assert (first["accessToken"], first["refreshToken"], second["accessToken"]) == (None, None, None)
    assert me == first["user"]
    assert kept.keys() == renewed.keys() == {ACCESS, REFRESHING}
    assert kept[REFRESHING] != renewed[REFRESHING]
    assert out == {"sessionId": first["sessionId"]} == {"sessionId": second["sessionId"]}
    assert browser.kept() == {}
    assert await browser.data(ME) is None


async def test_cookies_are_out_of_reach_of_scripts_and_other_hosts_and_last_as_long_as_their_tokens(
    browser: Browser,
) -> None:
    answer = await browser.post(LOG_IN, input=await _somebody())

    set_cookies = [_attributes(header) for header in answer.headers.get_list("set-cookie")]
    assert [name for name, _ in set_cookies] == [ACCESS, REFRESHING]
    for _, attributes in set_cookies:
        assert attributes >= {"HttpOnly", "Secure", "SameSite=strict", "Path=/"}
        assert not any(one.startswith("Domain") for one in attributes)
    ages = [int(one.removeprefix("Max-Age=")) for _, got in set_cookies for one in got if one.startswith("Max-Age")]
    assert 890 < ages[0] <= 900
    assert ages[1] == settings().refresh_token_days * 86_400
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
async def test_on_this_machine_cookies_work_without_tls(shop: Settings, host: str) -> None:
    async with browsing(shop, host, OWN_PAGE | {"origin": host}) as browser:
        answer = await browser.post(LOG_IN, input=await _somebody())

    set_cookies = [_attributes(header) for header in answer.headers.get_list("set-cookie")]
    assert [name for name, _ in set_cookies] == ["hanse-access", "hanse-refresh"]
    assert not any("Secure" in attributes for _, attributes in set_cookies)


async def test_behind_a_proxy_that_tells_nothing_cookies_are_secure_all_the_same(shop: Settings) -> None:
    async with browsing(shop, "http://shop.example") as browser:
        answer = await browser.post(LOG_IN, input=await _somebody())

    assert all("Secure" in header for header in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("setting", [{"environment": "production"}, {"public_url": "https://api.shop.example"}])
async def test_behind_a_proxy_that_names_this_machine_as_host_cookies_are_secure_where_others_come(
    shop: Settings, configure: Callable[..., None], setting: dict[str, str]
) -> None:
    configure(**setting)
    host = "http://127.0.0.1:8000"
    async with browsing(shop, host, OWN_PAGE | {"origin": host}) as browser:
        answer = await browser.post(LOG_IN, input=await _somebody())

    set_cookies = [_attributes(header) for header in answer.headers.get_list("set-cookie")]
    assert [name for name, _ in set_cookies] == [ACCESS, REFRESHING]
    assert all("Secure" in attributes for _, attributes in set_cookies)


async def test_who_asks_for_no_cookies_gets_none(browser: Browser) -> None:
    answer = await browser.post(LOG_IN, input={**await _somebody(), "keepIn": "BODY"})

    assert "set-cookie" not in answer.headers
    assert answer.json()["data"]["logIn"]["accessToken"]


async def test_a_refused_log_in_sets_nothing(browser: Browser) -> None:
    refused = await browser.post(LOG_IN, input={**await _somebody(), "password": "wrong"})

    assert refused.json()["data"]["logIn"]["code"] == "WRONG_CREDENTIALS"
    assert "set-cookie" not in refused.headers


async def test_an_expired_access_cookie_counts_as_none_so_that_refreshing_works(browser: Browser) -> None:
    first = await _log_in(browser)
    expired = browser.kept()[ACCESS]

    with clock_at(now() + timedelta(hours=1)):
        browser.http.cookies.set(ACCESS, expired, domain="shop.example")
        nobody = await browser.data(ME)
        second = await browser.data(REFRESH, input={})
        somebody = await browser.data(ME)

    assert nobody is None
    assert second["sessionId"] == first["sessionId"]
    assert somebody == first["user"]


@pytest.mark.parametrize("cookie", ["", "a.b.c", "x" * 9000])
async def test_a_cookie_that_is_no_token_counts_as_none_since_no_page_can_remove_it(
    browser: Browser, cookie: str
) -> None:
    browser.http.cookies.set(ACCESS, cookie, domain="shop.example")

    assert await browser.data(ME) is None
    assert (await _log_in(browser))["sessionId"]


async def test_a_device_that_was_idle_for_long_logs_out_by_its_refresh_cookie(browser: Browser) -> None:
    first = await _log_in(browser)
    session_id = (await viewer_from_token(browser.kept()[ACCESS])).session_id
    assert session_id is not None
    browser.http.cookies.delete(ACCESS)

    out = await browser.data(LOG_OUT)

    assert out == {"sessionId": first["sessionId"]}
    assert not await session_is_open(session_id)
    assert browser.kept() == {}


async def test_refreshing_without_a_cookie_and_without_a_token_is_a_session_that_ended(browser: Browser) -> None:
    refused = await browser.data(REFRESH, input={})

    assert (refused["__typename"], refused["code"]) == ("SessionEndedError", "SESSION_ENDED")


async def test_a_header_goes_before_a_cookie(browser: Browser) -> None:
    kept, other = await _log_in(browser), await signed_in()
    bearer = {"authorization": f"Bearer {other.access_token}"}

    me = await browser.data(ME, bearer)
    forged = await browser.post(ME, {"authorization": "Bearer a.b.c"})

    assert me != kept["user"]
    assert code_of(forged) == (401, "TOKEN_INVALID")


async def test_a_header_needs_no_page_of_ours_though_cookies_come_along(browser: Browser) -> None:
    await _log_in(browser)
    other = await signed_in()
    nothing = dict.fromkeys(OWN_PAGE)

    assert await browser.data(ME, {**nothing, "authorization": f"Bearer {other.access_token}"})


@pytest.mark.parametrize(
    "headers",
    [
        {"x-hanse-csrf": None},
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": "http://shop.example.evil.example"},
        {"origin": "https://shop.example:8443"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"origin": None, "sec-fetch-site": "cross-site"},
        {"origin": None, "sec-fetch-site": "same-site"},
        {"origin": None, "sec-fetch-site": "none"},
        {"origin": None, "sec-fetch-site": None, "x-hanse-csrf": None},
    ],
)
@pytest.mark.parametrize("query", [ME, LOG_OUT, REFRESH])
async def test_a_post_with_cookies_from_elsewhere_or_without_the_header_is_refused(
    browser: Browser, query: str, headers: dict[str, str | None]
) -> None:
    await _log_in(browser)
    before = browser.kept()

    refused = await browser.post(query, headers, **({"input": {}} if query == REFRESH else {}))

    assert code_of(refused) == CROSS_SITE
    assert "data" not in refused.json()
    assert browser.kept() == before
    assert await browser.data(ME)


async def test_the_refresh_cookie_alone_is_guarded_too(browser: Browser) -> None:
    await _log_in(browser)
    browser.http.cookies.delete(ACCESS)

    refreshed = await browser.post(REFRESH, {"origin": EVIL}, input={})
    logged_out = await browser.post(LOG_OUT, {"origin": EVIL})

    assert code_of(refreshed) == code_of(logged_out) == CROSS_SITE


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("application/x-www-form-urlencoded", "query=mutation{logOut{__typename}}", _NOT_READ),
        (
            "multipart/form-data; boundary=x",
            '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n'
            '{"query": "mutation{logOut{__typename}}"}\r\n--x--',
            CROSS_SITE,
        ),
        ("text/plain", '{"query": "mutation { logOut { __typename } }"}', _NOT_READ),
        ("", '{"query": "mutation { logOut { __typename } }"}', _NOT_READ),
    ],
    ids=["urlencoded", "multipart", "text", "nothing"],
)
async def test_what_a_form_of_another_site_can_send_is_refused(
    browser: Browser, content_type: str, body: str, code: tuple[int, str]
) -> None:
    first = await _log_in(browser)
    headers = {"origin": EVIL, "sec-fetch-site": "cross-site", "content-type": content_type}

    refused = await browser.http.post("/graphql", content=body, headers=headers)

    assert code_of(refused) == code
    assert await browser.data(ME) == first["user"]


@pytest.mark.parametrize("headers", [OWN_PAGE, {"sec-fetch-site": "none"}])
async def test_a_get_with_cookies_may_ask_and_change_nothing(browser: Browser, headers: dict[str, str]) -> None:
    first = await _log_in(browser)

    asked = await browser.http.get("/graphql", params={"query": ME}, headers=headers)
    changed = await browser.http.get("/graphql", params={"query": LOG_OUT}, headers=headers)

    assert asked.json() == {"data": {"me": first["user"]}}
    assert asked.headers["cache-control"] == "no-store"
    assert code_of(changed) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": HOST}, False),
        ({"x-hanse-csrf": "1"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": EVIL}, True),
        ({"origin": "null", "x-hanse-csrf": "1"}, True),
        ({}, True),
    ],
)
@pytest.mark.parametrize(
    "path", ["/graphql?query={me{id}}", "/files/reports/01890a5d-ac96-774b-bcce-b302099a8057/sales.csv"]
)
async def test_another_site_cannot_have_anything_fetched_by_get(
    browser: Browser, path: str, headers: dict[str, str], refused: bool
) -> None:
    await _log_in(browser)

    answer = await browser.http.get(path, headers=headers)

    assert ("CROSS_SITE" in answer.text) == refused


@pytest.mark.parametrize("headers", [{"origin": EVIL}, {"x-hanse-csrf": None}, {"origin": "null"}])
async def test_another_site_cannot_sign_a_browser_in(browser: Browser, headers: dict[str, str | None]) -> None:
    refused = await browser.post(LOG_IN, headers, input=await _somebody())

    assert refused.json()["data"]["logIn"] == {
        "__typename": "InvalidInputError",
        "code": "INVALID_INPUT",
        "message": refused.json()["data"]["logIn"]["message"],
        "field": "keepIn",
        "rule": "ownPage",
    }
    assert "set-cookie" not in refused.headers


async def test_an_event_stream_cannot_carry_cookies_out_and_is_not_tried(browser: Browser) -> None:
    sent = await _somebody()

    logged_in = await browser.post(LOG_IN, {"accept": "text/event-stream"}, input=sent)
    await browser.data(LOG_IN, input=sent)
    refreshed = await browser.post(REFRESH, {"accept": "text/event-stream"}, input={})

    assert '"field":"keepIn","rule":"transport"' in logged_in.text
    assert '"field":"refreshToken","rule":"transport"' in refreshed.text
    assert await browser.data(REFRESH, input={})


async def test_an_event_stream_with_cookies_is_guarded(browser: Browser) -> None:
    await _log_in(browser)

    answer = await browser.post(ME, {"accept": "text/event-stream", "origin": EVIL})

    assert code_of(answer) == CROSS_SITE


async def test_a_session_that_was_ended_elsewhere_is_over_in_the_browser(browser: Browser) -> None:
    await _log_in(browser)
    await log_out(await viewer_from_token(browser.kept()[ACCESS]))

    refused = await browser.data(REFRESH, input={})

    assert refused["code"] == "SESSION_ENDED"


async def _somebody() -> dict[str, str]:
    email = an_email()
    await a_user(email=email)
    return {"email": email, "password": PASSWORD, "keepIn": "COOKIE"}


async def _log_in(browser: Browser) -> dict[str, object]:
    answer: dict[str, object] = await browser.data(LOG_IN, input=await _somebody())
    return answer


def _attributes(header: str) -> tuple[str, set[str]]:
    """The cookie's name, and what is said of it."""
    pair, *rest = header.split("; ")
    return pair.split("=")[0], set(rest)

"""A browser at a page of the shop: it keeps cookies, says where its page is from, and sends the header against forgery."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.live import Live
from domain.shared.settings import Settings

HOST = "https://shop.example"
OWN_PAGE = {"origin": HOST, "sec-fetch-site": "same-origin", "x-hanse-csrf": "1"}
ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule }"
TOKENS = "... on Tokens { accessToken refreshToken accessExpiresAt sessionId user { id } }"
LOG_IN = f"mutation ($input: LogInInput!) {{ logIn(input: $input) {{ {TOKENS} {ERRORS} }} }}"
REFRESH = f"mutation ($input: RefreshSessionInput!) {{ refreshSession(input: $input) {{ {TOKENS} {ERRORS} }} }}"
LOG_OUT = f"mutation {{ logOut {{ ... on LoggedOut {{ sessionId }} {ERRORS} }} }}"
ME = "{ me { id } }"


class Browser:
    """`headers` go with every request; each call may send others, or with None leave one out."""

    def __init__(self, http: httpx.AsyncClient, headers: Mapping[str, str] = OWN_PAGE) -> None:
        self.http = http
        self._headers = headers

    async def post(
        self, query: str, headers: Mapping[str, str | None] | None = None, **variables: Any
    ) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers=self.sent(headers))

    async def data(self, query: str, headers: Mapping[str, str | None] | None = None, **variables: Any) -> Any:
        """The only root field's value. Fails the test when there are errors."""
        answer = await self.post(query, headers, **variables)
        assert (answer.status_code, answer.json().get("errors")) == (200, None), answer.text
        [value] = answer.json()["data"].values()
        return value

    def sent(self, headers: Mapping[str, str | None] | None = None) -> dict[str, str]:
        return {name: value for name, value in {**self._headers, **(headers or {})}.items() if value is not None}

    def kept(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.http.cookies.jar}


@asynccontextmanager
async def browsing(shop: Settings, host: str = HOST, headers: Mapping[str, str] = OWN_PAGE) -> AsyncIterator[Browser]:
    """A fresh browser, with the API in the test's own process, where the test's clock holds."""
    app = create_app(shop)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"live": Live()}}, receive, send)

    transport = httpx.ASGITransport(with_state, client=("203.0.113.50", 40000))
    async with httpx.AsyncClient(transport=transport, base_url=host) as http:
        yield Browser(http, headers)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status, and the code of the only error."""
    [error] = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]

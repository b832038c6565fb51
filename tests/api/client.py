"""A GraphQL client as front-end teams write it."""

from dataclasses import dataclass
from typing import Any

import httpx

from domain.identity.queries import user
from domain.identity.sessions.sessions import open_session
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

open_session_now = use_case(open_session)


@dataclass(frozen=True)
class Client:
    url: str
    token: str | None = None
    language: str = "en"

    async def post(self, query: str, **variables: Any) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30) as http:
            return await http.post(
                f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=self.headers()
            )

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data. Fails the test when there are errors."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refusal(self, query: str, **variables: Any) -> Any:
        """The only top-level error's extensions."""
        answer = (await self.post(query, **variables)).json()
        assert len(answer.get("errors", [])) == 1, answer
        return answer["errors"][0]["extensions"]

    def headers(self) -> dict[str, str]:
        headers = {"accept": "application/graphql-response+json", "accept-language": self.language}
        return headers | ({"authorization": f"Bearer {self.token}"} if self.token else {})


async def signed_in(url: str, viewer: Viewer, *, language: str = "en") -> Client:
    """A client with a fresh access token of the viewer's own."""
    assert viewer.user_id is not None
    owner = await user(viewer.user_id)
    assert owner is not None
    return Client(url, (await open_session_now(owner)).access_token, language)

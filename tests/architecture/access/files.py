"""What is fetched by plain HTTP, beside GraphQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.live import Live
from domain.shared.settings import Settings
from tests.architecture.access.parties import Party
from tests.architecture.access.world import World

OPEN = {
    "/graphql": "each field says for itself",
    "/healthz": "anybody",
    "/readyz": "anybody",
    "/metrics": "anybody; it tells numbers only",
    "/.well-known/jwks.json": "anybody; public keys",
    "/.well-known/oauth-authorization-server": "anybody; where tokens are to be had",
    "/media/{media_id:uuid}/{name}": "whoever knows the address of a picture, which nobody can guess",
    "/oauth/token": "whoever signs with the key of an application",
}
"""Routes that ask nobody who they are, and why."""

FILES = {
    "/files/reports/{report_id:uuid}/{name}": ("Report", "/files/reports/{}/sales.csv"),
    "/files/bulk/{job_id:uuid}/{name}": ("BulkJob", "/files/bulk/{}/prices.csv"),
    "/files/personal-data/{request_id:uuid}.json": ("PrivacyRequest", "/files/personal-data/{}.json"),
}
"""Routes of files: the kind of the id in them, and an address with its place."""


class Files:
    def __init__(self, client: httpx.AsyncClient, routes: list[BaseRoute]) -> None:
        self._client = client
        self.paths = [str(getattr(route, "path", route)) for route in routes]

    async def fetch(self, address: str, party: Party) -> httpx.Response:
        headers = {"authorization": party.authorization} if party.authorization else {}
        return await self._client.get(address, headers=headers)


@asynccontextmanager
async def serving(shop: Settings) -> AsyncIterator[Files]:
    """The application in this process."""
    app = create_app(shop)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"live": Live()}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(with_state), base_url="http://shop") as client:
        yield Files(client, app.routes)


def address(world: World, path: str) -> tuple[str, str]:
    """Of the world's file at this route; and the id in it."""
    kind, form = FILES[path]
    id = str(world.ids[kind, ""])
    return form.format(id), id


def word(answer: httpx.Response) -> str:
    """`ok`, or the refusal's code."""
    if answer.status_code == 200:
        return "ok"
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code

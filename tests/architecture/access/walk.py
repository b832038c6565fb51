"""Asking as everybody, each time on the same rows."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

from redis.asyncio import Redis

from api.context import Context
from api.errors import described
from api.graphql import make_schema
from api.http.graphql.execution import Operations
from api.http.graphql.request import GraphQLRequest
from api.http.graphql.settings import FrontDoorSettings, Hooks
from api.limits.cache import CacheBounds
from api.limits.limits import DocumentLimits
from api.live import Live
from domain.shared.relaying import give_positions
from tests.architecture.access.answers import OPENNESS, Words, read, refusals
from tests.architecture.access.documents import Path, Root, document, roots
from tests.architecture.access.parties import Party
from tests.architecture.access.traces import Traces
from tests.architecture.access.undo import OneConnection

_MANY = 10_000_000
_LIMITS = DocumentLimits(
    max_bytes=_MANY,
    max_tokens=_MANY,
    max_depth=_MANY,
    max_fields=_MANY,
    max_aliases=_MANY,
    max_fragments=_MANY,
    max_overlaps=_MANY,
    max_cost=_MANY * 1000,
)
Answer = dict[str, Any]


class Quiet(Live):
    """Nothing happens any more, and it tells when somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.idle = asyncio.Event()

    async def wait(self, seen: asyncio.Event) -> None:
        self.idle.set()
        await super().wait(seen)


class Walk:
    """Asks any root field as any party, and undoes what that did. `traces` are the changes that refusals left behind."""

    def __init__(self, pool: OneConnection, redis: Redis, live: Quiet, traces: Traces) -> None:
        self.schema = make_schema()
        self.roots = roots(self.schema._schema)
        self.traces = traces
        self._pool, self._redis, self._live = pool, redis, live
        cache = CacheBounds(max_characters=_MANY * 10)
        hooks = Hooks(context=_no_context, describe=lambda error, context: described(error, context.language))
        self._operations = Operations(self.schema, hooks, FrontDoorSettings(limits=_LIMITS, cache=cache))

    async def words(self, root: Root, given: Mapping[str, Any], party: Party) -> Words:
        """A word for everything that the party was shown, or refused, below the root field.

        A field that is refused may take what stands around it along; it is asked for once more without such fields.
        """
        refused: Words = {}
        while True:
            answer = await self.answer(root, given, party, frozenset(refused))
            below = {path: code for path, code in refusals(answer, root.path).items() if len(path) > 1}
            if not below:
                return {**read(answer, root.path), **refused}
            assert not below.keys() & refused.keys(), f"{below} although not asked for"
            refused |= below

    def word(self, answer: Answer, root: Root) -> str:
        """Of the root field itself."""
        return read(answer, root.path)[root.path,]

    async def answer(
        self, root: Root, given: Mapping[str, Any], party: Party, skipped: frozenset[Path] = frozenset()
    ) -> Answer:
        """As the API presents it, errors and all."""
        text = document(self.schema._schema, root, given, skipped)
        operation = self._operations.prepare(GraphQLRequest(query=text, variables=dict(given)))
        context = Context(party.viewer, party.credentials, "walk", self._live)
        async with self._pool.undone():
            if root.operation == "subscription":
                return await self._first_update(operation, context)
            answer = await self._operations.answer(operation, context)
            if root.operation == "mutation":
                await self._redis.flushdb()
                if self.word(answer, root) not in OPENNESS:
                    await self.traces.look(f"{root.name} as {party.name}")
            return answer

    async def _first_update(self, operation: Any, context: Context) -> Answer:
        """Empty when the subscription has begun to wait: everything that it could tell has happened."""
        self._live.idle.clear()
        async with aclosing(self._operations.answers(operation, context)) as updates:
            first, idle = asyncio.ensure_future(anext(updates)), asyncio.ensure_future(self._live.idle.wait())
            await asyncio.wait({first, idle}, return_when=asyncio.FIRST_COMPLETED)
            idle.cancel()
            if first.done():
                return first.result()
            first.cancel()
            await asyncio.wait({first})
            return {"data": {"root": []}}


@asynccontextmanager
async def walking(pool: OneConnection, redis_url: str) -> AsyncIterator[Walk]:
    """A walk over the database as it is now."""
    async with pool.held() as raw:
        await give_positions(raw, {}, limit=10_000)
    live = Quiet()
    await live.begin()
    async with Redis.from_url(redis_url) as redis:
        yield Walk(pool, redis, live, await Traces.of(pool))


async def _no_context(_: object) -> Context:
    raise NotImplementedError("each answer brings its own")

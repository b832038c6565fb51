"""The API process, put together: settings in, a Starlette application out."""

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.middleware import Middleware
from strawberry import Schema

from api.authentication import authenticate
from api.context import Context
from api.errors import described
from api.graphql import FIELD_COSTS, make_schema
from api.http.callers import bind_connection, identify, require_still
from api.http.cookies import browser_tokens, set_cookies
from api.http.files import ROUTES as FILES
from api.http.graphql.endpoint import FrontDoor
from api.http.graphql.refusals import RequestRefused
from api.http.graphql.settings import Caller, FrontDoorSettings, Hooks
from api.http.health import health_routes
from api.http.keys import ROUTES as KEYS
from api.http.media import ROUTES as MEDIA
from api.http.metrics import Metrics
from api.http.oauth import TOKEN_PATH, oauth_routes
from api.http.origins import Origins, origins
from api.limits.limits import DocumentLimits
from api.live import Live, live
from domain.bulk.jobs.request import MOST_UPLOADED
from domain.catalog.media.rules import MAX_BYTES
from domain.identity.access.permissions import Permission
from domain.identity.sessions.attempt_counters import close_attempt_counters
from domain.shared.database import connect, disconnect
from domain.shared.settings import Settings
from domain.shared.uploads import Upload


@dataclass(frozen=True)
class UploadRule:
    """How many bytes a file may have, and the permissions of which its sender needs one, somewhere."""

    longest: int
    permissions: tuple[str, ...]


UPLOADS = {
    "addProductMedia": UploadRule(MAX_BYTES, (Permission.CATALOGUE_WRITE,)),
    "requestImport": UploadRule(
        MOST_UPLOADED, (Permission.CATALOGUE_WRITE, Permission.PRICES_WRITE, Permission.STOCK_WRITE)
    ),
}
"""By root field; no other takes files."""


def create_app(settings: Settings) -> Starlette:
    """The whole API. Its lifespan opens the database pool and listens for live updates."""
    redis = Redis.from_url(settings.redis_url, socket_connect_timeout=1)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Live]]:
        await connect(settings)
        async with live(settings) as waiting:
            gc.collect()
            gc.freeze()
            yield {"live": waiting}
        await redis.aclose()
        await close_attempt_counters()
        await disconnect()

    schema = make_schema()
    metrics = Metrics(
        operations=_root_fields(schema), paths=("/graphql", TOKEN_PATH, "/healthz", "/readyz", "/metrics")
    )
    hooks = Hooks(
        context=_context,
        describe=lambda error, context: _described(error, context, settings),
        event_context=_event_context,
        event_id=_event_id,
        recheck=_recheck,
        amend=lambda context, response: set_cookies(context.browser, response),
        observe=metrics.observe_operation,
        upload_limit=_upload_limit,
        upload=lambda received: Upload(received.name, received.size, received.sha256, received.file),
    )
    pages = origins(settings)
    door = FrontDoor(schema, hooks, _door_settings(settings, pages))
    routes = [*door.routes("/graphql"), *health_routes(redis), metrics.route(), *KEYS, *oauth_routes(settings), *FILES]
    routes += MEDIA
    middleware = [Middleware(metrics.measured), Middleware(pages.admitted)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=middleware)


def _door_settings(settings: Settings, pages: Origins) -> FrontDoorSettings:
    private = settings.environment != "production"
    return FrontDoorSettings(
        limits=DocumentLimits(field_costs=FIELD_COSTS),
        suggestions=private,
        graphiql=private,
        allowed_origins=pages.named,
        allowed_origin_pattern=pages.pattern,
    )


async def _context(caller: Caller) -> Context:
    request_id = bind_connection(caller.connection)
    viewer, credentials = await identify(caller.connection, caller.connection_init, root_field=caller.root_field)
    return Context(
        viewer,
        credentials,
        request_id,
        caller.connection.state.live,
        last_event_id=caller.last_event_id,
        browser=browser_tokens(caller.connection, takes_headers=caller.takes_headers),
    )


async def _event_context(context: Context) -> Context:
    """A subscription's viewer is asked for again at every event, since tokens expire and devices are signed out."""
    return replace(context, viewer=await authenticate(context.credentials))


async def _recheck(context: Context) -> None:
    """The same for a connection on which nothing happens."""
    await require_still(context.credentials)


def _upload_limit(context: Context, root_field: str) -> int:
    """Raises NotSignedIn or NotAllowed for who may not do this anyway: their files are not even received."""
    rule = UPLOADS.get(root_field)
    if rule is None:
        raise RequestRefused(400, "BAD_REQUEST", "This operation takes no files.")
    if not any(context.viewer.may_somewhere(one) for one in rule.permissions):
        context.viewer.require_somewhere(rule.permissions[0])
    return rule.longest


def _described(error: BaseException, context: Context | None, settings: Settings) -> Mapping[str, Any] | None:
    return described(error, context.language if context else settings.default_language)


def _event_id(data: Mapping[str, Any]) -> str | None:
    """The cursor of the update, whichever subscription it comes from."""
    updates = [value for value in data.values() if isinstance(value, Mapping)]
    return updates[0].get("cursor") if updates else None


def _root_fields(schema: Schema) -> list[str]:
    roots = (schema._schema.query_type, schema._schema.mutation_type, schema._schema.subscription_type)
    return [name for root in roots if root for name in root.fields]

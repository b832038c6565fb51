"""Reads GraphQL requests. Whatever a client sends, the outcome is a request or a `RequestRefused` with a 4xx status."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.requests import Request

from api.http.graphql.refusals import RequestRefused
from api.http.graphql.settings import FrontDoorSettings

#: Deeper input serves no schema, and encoders refuse to write it back.
_MAX_JSON_DEPTH: Final = 100
_PARAMETERS: Final = ("query", "variables", "operationName", "extensions")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


async def read_request(request: Request, settings: FrontDoorSettings) -> GraphQLRequest:
    if request.method == "GET":
        return _from_query_string(request)
    _check_content(request)
    body = await _read_body(request, settings)
    parameters = decode_json(body)
    if not isinstance(parameters, dict):
        raise bad_request("The body must be a JSON object; batches are not supported.")
    _refuse_duplicates(body)
    return from_parameters(parameters)


def from_parameters(parameters: Mapping[str, Any]) -> GraphQLRequest:
    query = parameters.get("query")
    if not isinstance(query, str):
        raise bad_request("`query` must be a string.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        raise bad_request("`operationName` must be a string or null.")
    return GraphQLRequest(
        query, _object(parameters, "variables"), operation_name, extensions=_object(parameters, "extensions")
    )


def decode_json(text: bytes | str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, "INVALID_JSON", f"Invalid JSON: {error}.") from error
    if _deeper_than(_MAX_JSON_DEPTH, value):
        raise RequestRefused(400, "INVALID_JSON", f"JSON may be nested {_MAX_JSON_DEPTH} levels deep at most.")
    return value


def bad_request(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)


def _from_query_string(request: Request) -> GraphQLRequest:
    given = request.query_params
    for name in _PARAMETERS:
        if len(given.getlist(name)) > 1:
            raise bad_request(f"`{name}` is given more than once.")
    parameters: dict[str, Any] = {name: given[name] for name in _PARAMETERS if given.get(name)}
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = decode_json(parameters[name])
    return from_parameters(parameters)


def _check_content(request: Request) -> None:
    """JSON alone: a page on another site cannot send it without the server's consent (CORS), so that a visitor's
    browser cannot be made to mutate anything."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = _charset(rest)
    if kind.strip().lower() != "application/json" or charset not in {None, "utf-8", "utf8"}:
        message = "The content type must be application/json, encoded in UTF-8."
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, headers={"accept-post": "application/json"})
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        message = "Compressed bodies are not supported."
        raise RequestRefused(415, "UNSUPPORTED_CONTENT_ENCODING", message, headers={"accept-encoding": "identity"})


def _charset(parameters: str) -> str | None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return None


async def _read_body(request: Request, settings: FrontDoorSettings) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 15 or int(declared) > settings.max_body_bytes):
        raise _too_large(settings)
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_timeout):
            async for chunk in request.stream():
                body += chunk
                if len(body) > settings.max_body_bytes:
                    raise _too_large(settings)
    except TimeoutError as error:
        message = f"The body took longer than {settings.body_timeout:g} seconds."
        raise RequestRefused(408, "REQUEST_TIMEOUT", message, headers={"connection": "close"}) from error
    return bytes(body)


def _too_large(settings: FrontDoorSettings) -> RequestRefused:
    message = f"The body may have {settings.max_body_bytes} bytes at most."
    return RequestRefused(413, "CONTENT_TOO_LARGE", message, headers={"connection": "close"})


def _object(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(f"`{name}` must be an object or null.")
    return value


def _refuse_duplicates(body: bytes) -> None:
    """Of two members with one name the decoder takes the last; whoever inspected the body may have read the first."""
    names = [f'"{name}"'.encode() for name in _PARAMETERS]
    if b"\\u" not in body and all(body.count(name) <= 1 for name in names):
        return
    # The body is known to be valid; numbers are kept as text, since converting long ones is slow.
    members = json.loads(body, object_pairs_hook=list, parse_int=str, parse_float=str)
    seen = [name for name, _ in members if name in _PARAMETERS]
    if len(seen) != len(set(seen)):
        raise bad_request("A member of the body is given more than once.")


def _deeper_than(levels: int, value: Any) -> bool:
    containers = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        containers = [inner for outer in containers for inner in _items(outer) if isinstance(inner, dict | list)]
        if not containers:
            return False
    return True


def _items(container: dict[str, Any] | list[Any]) -> Iterator[Any]:
    return iter(container.values() if isinstance(container, dict) else container)

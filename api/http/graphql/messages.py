"""The messages that a client may send in the protocol graphql-transport-ws
(https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from api.http.graphql.request import GraphQLRequest, bad_request, decode_json, from_parameters


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


Message: TypeAlias = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Message:
    """Raises RequestRefused for anything that the protocol does not know."""
    frame = decode_json(text)
    if not isinstance(frame, dict):
        raise bad_request("A message must be a JSON object.")
    match frame.get("type"):
        case "connection_init":
            return ConnectionInit(_optional_object(frame))
        case "ping":
            return Ping(_optional_object(frame))
        case "pong":
            _optional_object(frame)
            return Pong()
        case "subscribe":
            payload = frame.get("payload")
            if not isinstance(payload, dict):
                raise bad_request("`payload` must be an object.")
            return Subscribe(_id(frame), from_parameters(payload))
        case "complete":
            return Complete(_id(frame))
    raise bad_request("Unknown type of message.")


def _id(frame: dict[str, Any]) -> str:
    value = frame.get("id")
    if not isinstance(value, str) or not value:
        raise bad_request("`id` must be a string that is not empty.")
    return value


def _optional_object(frame: dict[str, Any]) -> dict[str, Any]:
    payload = frame.get("payload")
    if not isinstance(payload, dict | None):
        raise bad_request("`payload` must be an object or null.")
    return payload or {}

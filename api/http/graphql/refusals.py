from collections.abc import Mapping, Sequence

from graphql import GraphQLError


class RequestRefused(Exception):
    """The request is answered with this HTTP status, and nothing is executed. On a WebSocket: close code 4403 during
    `connection_init`, otherwise a message of type `error`."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


class OperationRefused(Exception):
    """A well-formed request whose operation cannot be executed: a GraphQL request error. There is no `data`."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors

"""Decides what clients see of errors: refusals and public errors with their code, everything else masked by an id."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError

from api.http.graphql.refusals import OperationRefused, RequestRefused
from domain.shared.failures import traceback_of

_log: Final = structlog.get_logger("api.graphql")


class Presenter:
    def __init__(self, describe: Callable[[BaseException, Any], Mapping[str, Any] | None]) -> None:
        self._describe = describe

    def result(self, result: ExecutionResult, context: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [self.present(error, context) for error in result.errors]
        return answer

    def refusal(self, error: Exception, context: Any = None) -> dict[str, Any]:
        """The answer in which nothing was executed."""
        if isinstance(error, RequestRefused):
            return {"errors": [{"message": error.message, "extensions": {"code": error.code}}]}
        if isinstance(error, OperationRefused):
            return {"errors": [self.present(each, context) for each in error.errors]}
        return {"errors": [self.present(GraphQLError(str(error), original_error=error), context)]}

    def encode(self, answer: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The answer that is sent and its JSON: if a resolver returned what JSON cannot hold, a refusal instead."""
        try:
            return answer, orjson.dumps(answer)
        except TypeError as error:
            refusal = self.refusal(error)
            return refusal, orjson.dumps(refusal)

    def present(self, error: GraphQLError, context: Any) -> dict[str, Any]:
        """An error as it stands in an answer, always with `extensions.code`. What is not public is logged with its
        traceback, and shown as `INTERNAL` with the id that it was logged by."""
        shown: dict[str, Any] = {**error.formatted}
        cause = cause_of(error)
        described = _own_extensions(error) if cause is None else self._describe(cause, context)
        if described is None:
            shown["message"] = "Internal error"
            shown["extensions"] = {"code": "INTERNAL", "errorId": _logged(error, cause, context)}
        else:
            extensions = dict(described)
            shown["message"] = extensions.pop("message", error.message)
            shown["extensions"] = extensions
        return shown


def cause_of(error: GraphQLError) -> BaseException | None:
    """The exception behind an error, however often it was wrapped; None if GraphQL itself found the error."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _own_extensions(error: GraphQLError) -> Mapping[str, Any] | None:
    """What an error that GraphQL found says of itself. One without a code was found while executing, and tells of a
    resolver's mistake, except where a variable left an argument without a usable value."""
    if error.extensions and "code" in error.extensions:
        return error.extensions
    return {"code": "BAD_USER_INPUT"} if error.message.startswith("Argument '") else None


def _logged(error: GraphQLError, cause: BaseException | None, context: Any) -> str:
    """Query text, variables and the values in a traceback are left out: they are personal data."""
    error_id = str(uuid4())
    _log.error(
        "unexpected_error",
        error_id=error_id,
        request_id=getattr(context, "request_id", None),
        path=error.path,
        exception=traceback_of(cause or error),
    )
    return error_id

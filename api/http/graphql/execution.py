"""Runs operations: prepares the document, chooses the operation, makes the context, executes, presents.

It calls graphql-core with Strawberry's execution class instead of `Schema.execute`, because that does not tell request
errors from field errors, shows suggestions in errors of variables, runs the first of several operations when none is
named, and keeps one context for all events of a subscription.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Final, TypeGuard, cast

import structlog
from graphql import ExecutionResult, FieldNode, GraphQLError, OperationType
from graphql.execution import Executor, create_source_event_stream
from graphql.execution.async_iterables import aclosing
from starlette.responses import Response
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from api.http.graphql.presenting import Presenter, cause_of
from api.http.graphql.received import Received
from api.http.graphql.refusals import OperationRefused, RequestRefused
from api.http.graphql.request import GraphQLRequest, bad_request
from api.http.graphql.settings import Caller, FrontDoorSettings, Hooks
from api.limits.documents import DocumentRefused, Documents, Prepared

#: Strawberry declares its predicate as returning bool.
_IS_AWAITABLE: Final = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)
_log: Final = structlog.get_logger("api.graphql")


@dataclass(frozen=True, slots=True)
class Operation:
    kind: OperationType
    root_field: str
    """The name of its first root field; empty where a fragment stands first."""
    prepared: Prepared
    request: GraphQLRequest


class Operations:
    """Answers are JSON objects: with `data` if the operation was executed, otherwise with `errors` only."""

    def __init__(self, schema: Schema, hooks: Hooks, settings: FrontDoorSettings) -> None:
        if schema.extensions or schema.directives or schema.config.enable_experimental_incremental_execution:
            raise ValueError("The front door runs no schema extensions, operation directives or incremental delivery.")
        self.presenter = Presenter(hooks.describe)
        self._schema = schema
        self._hooks = hooks
        self._suggestions = settings.suggestions
        self._documents = Documents(
            schema._schema,
            settings.limits,
            introspection=settings.introspection,
            suggestions=settings.suggestions,
            cache=settings.cache,
        )

    def prepare(self, request: GraphQLRequest) -> Operation:
        """Raises OperationRefused."""
        try:
            prepared = self._documents.prepare(request.query, request.variables)
        except DocumentRefused as refused:
            raise OperationRefused(refused.errors) from None
        node = prepared.operation(request.operation_name)
        if node is None:
            message = "The document has no such operation, or several of which none was named."
            raise OperationRefused([GraphQLError(message, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})])
        first = node.selection_set.selections[0]
        root_field = first.name.value if isinstance(first, FieldNode) else ""
        return Operation(node.operation, root_field, prepared, request)

    async def context(self, caller: Caller) -> Any:
        """Raises RequestRefused and OperationRefused."""
        try:
            return await self._hooks.context(caller)
        except RequestRefused:
            raise
        except Exception as error:
            raise OperationRefused([_wrapped(error)]) from error

    def upload_limit(self, context: Any, root_field: str) -> int:
        """How many bytes a file may have. Raises RequestRefused and OperationRefused."""
        if self._hooks.upload_limit is None:
            raise bad_request("No operation takes files.")
        try:
            return self._hooks.upload_limit(context, root_field)
        except RequestRefused:
            raise
        except Exception as error:
            raise OperationRefused([_wrapped(error)]) from error

    def upload(self, received: Received) -> Any:
        """What the schema is given for a file."""
        return self._hooks.upload(received) if self._hooks.upload else received

    async def recheck(self, context: Any) -> None:
        """Raises RequestRefused when the caller is not to be served any longer. A failure to find out ends nothing."""
        if self._hooks.recheck is None:
            return
        try:
            await self._hooks.recheck(context)
        except RequestRefused:
            raise
        except Exception as error:  # noqa: BLE001 a database that is away for a moment must not close every connection
            self.presenter.refusal(error, context)

    def amend(self, context: Any, response: Response) -> Response:
        """The response, with the headers that the operation's context has for it."""
        if self._hooks.amend:
            self._hooks.amend(context, response)
        return response

    async def answer(self, operation: Operation, context: Any) -> dict[str, Any]:
        """Executes a query or mutation."""
        started = time.perf_counter()
        try:
            result = await _result(self._executor(operation, context).execute_operation())
        except OperationRefused as refused:
            _tell(operation, time.perf_counter() - started, failed=True)
            return self.presenter.refusal(refused, context)
        seconds, failed = time.perf_counter() - started, bool(result.errors)
        if self._hooks.observe:
            self._hooks.observe(operation.root_field, seconds, failed)
        _tell(operation, seconds, failed=failed)
        return self.presenter.result(result, context)

    async def answers(self, operation: Operation, context: Any) -> AsyncGenerator[dict[str, Any], None]:
        """Executes any operation: one answer for each event of a subscription, one for anything else. An answer
        without `data` is the last one."""
        if operation.kind is not OperationType.SUBSCRIPTION:
            yield await self.answer(operation, context)
            return
        started, failed = time.perf_counter(), False
        try:
            executor = self._executor(operation, context)
            async with aclosing(aiter(await _source(executor))) as events:
                async for event in events:
                    event_context = await self._event_context(context)
                    event_executor = executor.build_per_event_executor(event)
                    event_executor.context_value = event_context
                    result = await _result(event_executor.execute_operation(serially=False))
                    yield self.presenter.result(result, event_context)
                    await asyncio.sleep(0)  # others get their turn when a source has many events at hand
        except OperationRefused as refused:
            failed = True
            yield self.presenter.refusal(refused, context)
        except Exception as error:  # noqa: BLE001 whatever ends a source is presented: public, or masked and logged
            failed = True
            yield self.presenter.refusal(OperationRefused([_wrapped(error)]), context)
        finally:
            _tell(operation, time.perf_counter() - started, failed=failed)

    async def _event_context(self, context: Any) -> Any:
        return await self._hooks.event_context(context) if self._hooks.event_context else context

    def _executor(self, operation: Operation, context: Any) -> "Executor[Any]":
        built = self._schema.execution_context_class.build(
            self._schema._schema,
            operation.prepared.document,
            context_value=context,
            raw_variable_values=operation.request.variables,
            operation_name=operation.request.operation_name,
            is_awaitable=_IS_AWAITABLE,
            hide_suggestions=not self._suggestions,
            operation_extensions=operation.request.extensions,
        )
        if isinstance(built, list):
            raise OperationRefused(_input_errors(built))
        return built


def _tell(operation: Operation, seconds: float, *, failed: bool) -> None:
    """One line for an operation that has ended. It names the schema's words only: what clients write is personal."""
    _log.info(
        "graphql.operation",
        kind=operation.kind.value,
        root_field=operation.root_field,
        milliseconds=round(seconds * 1000, 2),
        failed=failed,
    )


async def _result(executed: Any) -> ExecutionResult:
    result = await executed if isawaitable(executed) else executed
    assert isinstance(result, ExecutionResult)
    return result


async def _source(executor: "Executor[Any]") -> AsyncIterable[Any]:
    created = create_source_event_stream(executor)
    source = await created if isawaitable(created) else created
    if isinstance(source, ExecutionResult):
        raise OperationRefused(source.errors or [])
    return source


def _input_errors(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """A scalar that refuses a value raises ValueError or TypeError, and its message is meant for the client. Anything
    else is left as it is, to be described or masked."""
    return [
        GraphQLError(error.message, error.nodes, extensions={"code": "BAD_USER_INPUT"})
        if isinstance(cause_of(error), ValueError | TypeError | None)
        else error
        for error in errors
    ]


def _wrapped(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)

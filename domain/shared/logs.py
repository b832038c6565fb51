"""Structured logs, one JSON object a line, each with the request or event that it belongs to.

They hold no personal data and no secrets: our own lines name ids and words of the program, exceptions are told without
the values that they were raised over, and libraries speak from INFO on, since below it they print what they carry.
"""

import logging
import sys
import threading
from contextvars import ContextVar
from types import TracebackType

import structlog

from domain.shared.failures import traceback_of

_OURS = ("__main__", "api", "domain", "hanse", "workers")
_MORE_IN_ONE = "asyncio"
"""The library whose messages go on, after the first line, with the representation of tasks and their exceptions."""

_WITH_ADDRESS = '%s - "WebSocket %s"'
"""How uvicorn's lines about WebSockets begin: who it is and the whole address, with what stands behind the `?`."""

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request or event being served, or an empty string."""
    return _request_id.get()


def bind_request(identifier: str, **tags: str) -> None:
    """Tag every log line, event and audit entry of this task or thread with `identifier`, and its lines with `tags` too.

    What was bound before is forgotten.
    """
    _request_id.set(identifier)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=identifier, **tags)


def configure_logs(level: str, *, process: str) -> None:
    """Send this process's logs, and those of its libraries, to standard error as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _naming(process),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(lambda raised: traceback_of(raised[1])),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _first_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(lambda record: not str(record.msg).startswith(_WITH_ADDRESS))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    _catch_what_nobody_caught()


def _naming(process: str) -> structlog.typing.Processor:
    """Says on every line which process wrote it, on those of its threads too."""

    def add(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**line, "process": process}

    return add


def _first_line(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    record = line.get("_record")
    if isinstance(record, logging.LogRecord) and record.name == _MORE_IN_ONE:
        line["event"] = str(line["event"]).partition("\n")[0]
    return line


def _catch_what_nobody_caught() -> None:
    """Python itself would print it with its text."""
    log = structlog.get_logger("domain.shared.logs")

    def uncaught(_kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            log.critical("nobody caught this", exc_info=error)

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            log.critical("nobody caught this", exc_info=arguments.exc_value)

    def unraisable(arguments: "sys.UnraisableHookArgs") -> None:
        if arguments.exc_value is not None:
            log.error("this could not be raised", exc_info=arguments.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, uncaught_in_thread, unraisable

"""Why a command ends: one line for people and one exit code for scripts, never a traceback.

The codes are those of BSD's sysexits(3):

* 0   done
* 2   the command line is wrong
* 65  the input file cannot be used
* 66  the input file is missing or may not be read
* 69  a server that is needed cannot be reached, or did not start
* 70  a fault in this program; HANSE_LOG_LEVEL=DEBUG shows where
* 73  a folder or file cannot be written
* 75  taken: the port, or the data folder by another `hanse up`
* 78  a setting is wrong or missing
* 130 and 143  stopped by Ctrl-C or SIGTERM before the work was done
"""

import errno
import os

import asyncpg
import redis.exceptions
from pydantic import ValidationError
from pydantic_settings import SettingsError

from domain.shared.errors import DomainError
from domain.shared.failures import told
from domain.shared.master_key import KeysUnusable


class Failure(Exception):
    """The end of a command: `str(failure)` is the line that is shown."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


_KNOWN: tuple[tuple[tuple[type[BaseException], ...], str, int], ...] = (
    ((redis.exceptions.RedisError,), "Redis or Valkey does not answer: {} (REDIS_URL)", os.EX_UNAVAILABLE),
    (
        (asyncpg.InvalidAuthorizationSpecificationError,),
        "PostgreSQL lets nobody in: {} (DATABASE_URL)",
        os.EX_UNAVAILABLE,
    ),
    ((asyncpg.InvalidCatalogNameError,), "PostgreSQL lacks the database: {} (DATABASE_URL)", os.EX_UNAVAILABLE),
    (
        (asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError, asyncpg.TooManyConnectionsError),
        "PostgreSQL cannot be reached: {} (DATABASE_URL)",
        os.EX_UNAVAILABLE,
    ),
    ((KeysUnusable,), "{}", os.EX_CONFIG),
    ((SettingsError,), "wrong setting: {} (.env.example explains each)", os.EX_CONFIG),
    ((DomainError,), "refused: {}", os.EX_DATAERR),
)


def explain(error: BaseException) -> Failure:
    """The failure that a person can act on behind any exception."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, ValidationError):
        return Failure(wrong_settings(error), os.EX_CONFIG)
    for kinds, text, code in _KNOWN:
        if isinstance(error, kinds):
            return Failure(text.format(_line(error)), code)
    if isinstance(error, OSError):
        return _explain_os(error)
    return Failure(f"unexpected {told(error)} (HANSE_LOG_LEVEL=DEBUG shows where)", os.EX_SOFTWARE)


def wrong_settings(error: ValidationError) -> str:
    """Each wrong setting by the name of its environment variable; values are left out, for they may be secrets."""
    problems = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "?"
        problems.append(f"{name if name.isupper() else f'HANSE_{name.upper()}'}: {problem['msg']}")
    return "wrong setting: " + "; ".join(problems) + " (.env.example explains each)"


def _explain_os(error: OSError) -> Failure:
    where = f" {error.filename}" if error.filename else ""
    if error.errno == errno.EADDRINUSE:
        return Failure(f"the address is taken by another program: {_line(error)}", os.EX_TEMPFAIL)
    if isinstance(error, ConnectionError | TimeoutError) or error.errno in _NETWORK:
        return Failure(f"a server cannot be reached: {_line(error)} (DATABASE_URL, REDIS_URL)", os.EX_UNAVAILABLE)
    if isinstance(error, FileNotFoundError):
        return Failure(f"there is no{where or ' such file'}", os.EX_NOINPUT)
    if isinstance(error, PermissionError) or error.errno in {errno.EROFS, errno.ENOSPC, errno.ENOTDIR, errno.EEXIST}:
        return Failure(f"cannot write{where}: {error.strerror}", os.EX_CANTCREAT)
    return Failure(_line(error), os.EX_OSERR)


_NETWORK = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNREFUSED, errno.ETIMEDOUT}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__

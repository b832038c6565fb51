"""Asking the shop from outside whether it is open, and the address on which it answers."""

import asyncio
import os
import socket
import urllib.error
import urllib.request

from domain.shared.settings import Settings
from hanse.failures import Failure

_TIMEOUT_SECONDS = 2.0
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy would not know our loopback


def with_free_port(settings: Settings) -> Settings:
    """The settings, with port 0 replaced by a free one. Raises Failure when the port is taken or not allowed."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            advice = "set HANSE_PORT to a free port, or HANSE_HOST"
            raise Failure(f"cannot listen on {where}: {error.strerror}; {advice}", os.EX_TEMPFAIL) from None
        return settings.model_copy(update={"port": probe.getsockname()[1]})


def address(settings: Settings) -> str:
    """Where this machine reaches the API."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - a name, not a binding
    return f"http://{host}:{settings.port}"


async def ask(url: str) -> tuple[int, str]:
    """The status and body of a GET; status 0 when nobody answers."""
    return await asyncio.to_thread(_ask, url)


def _ask(url: str) -> tuple[int, str]:
    try:
        with _direct.open(url, timeout=_TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)

"""Fetching a picture from where a stranger's address leads."""

import asyncio
from pathlib import Path
from typing import BinaryIO, Final

import httpcore
import httpx

from domain.catalog.media.reach import AddressRefused, CheckedBackend, Reach
from domain.catalog.media.rules import is_web_address

REDIRECTS_AT_MOST: Final = 3
_SECONDS: Final = 60.0
_TIMEOUT: Final = {"connect": 5.0, "read": 10.0, "write": 5.0, "pool": 5.0}
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_PASSING: Final = {408, 425, 429}
_HEADERS: Final = (
    (b"accept", b"image/*"),
    (b"accept-encoding", b"identity"),
    (b"user-agent", b"Hanse (product pictures)"),
)


class CannotFetch(Exception):
    """`code` is why. `is_final`: it would be no better later."""

    def __init__(self, code: str, *, is_final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final


async def fetch(url: str, to: Path, *, longest: int, reach: Reach) -> None:
    """Store what the address answers, `longest` bytes at most, following up to `REDIRECTS_AT_MOST` redirects.

    Raises CannotFetch: ADDRESS_REFUSED, NOT_THERE, TOO_LARGE and TOO_MANY_REDIRECTS are final, UNREACHABLE is not.
    """
    try:
        async with asyncio.timeout(_SECONDS), _connections(reach) as pool:
            target = httpx.URL(url)
            for _ in range(REDIRECTS_AT_MOST + 1):
                followed = await _ask(pool, target, to, longest)
                if followed is None:
                    return
                target = followed
    except AddressRefused as error:
        raise CannotFetch("ADDRESS_REFUSED", is_final=True) from error
    except (TimeoutError, OSError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise CannotFetch("UNREACHABLE", is_final=False) from error
    raise CannotFetch("TOO_MANY_REDIRECTS", is_final=True)


def _connections(reach: Reach) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(), max_connections=1, network_backend=CheckedBackend(reach)
    )


async def _ask(pool: httpcore.AsyncConnectionPool, target: httpx.URL, to: Path, longest: int) -> httpx.URL | None:
    """Where it is to be looked for instead, or None: it has been stored."""
    if not is_web_address(target):
        raise CannotFetch("ADDRESS_REFUSED", is_final=True)
    url = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
    headers = [*_HEADERS, (b"host", target.netloc)]
    async with pool.stream("GET", url, headers=headers, extensions={"timeout": _TIMEOUT}) as response:
        told = httpx.Headers(response.headers)
        if response.status in _REDIRECTS and "location" in told:
            return _joined(target, told["location"])
        _require_good(response.status)
        if _declared(told) > longest:
            raise CannotFetch("TOO_LARGE", is_final=True)
        with to.open("wb") as file:
            await _store(response, file, longest)
    return None


async def _store(response: httpcore.Response, file: BinaryIO, longest: int) -> None:
    received = 0
    async for chunk in response.aiter_stream():
        received += len(chunk)
        if received > longest:
            raise CannotFetch("TOO_LARGE", is_final=True)
        file.write(chunk)


def _joined(target: httpx.URL, location: str) -> httpx.URL:
    try:
        return target.join(location)
    except httpx.InvalidURL as error:
        raise CannotFetch("ADDRESS_REFUSED", is_final=True) from error


def _require_good(status: int) -> None:
    if status != 200:
        is_final = status < 500 and status not in _PASSING
        raise CannotFetch("NOT_THERE" if is_final else "UNREACHABLE", is_final=is_final)


def _declared(headers: httpx.Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 16 else 0

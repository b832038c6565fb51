"""Connecting to where a stranger's address leads, and nowhere that only this machine or its network may see.

The name is looked up once and the connection goes to the address that was checked: a name that means another address a
moment later (DNS rebinding) changes nothing. This holds for every connection, those after a redirect too.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

import httpcore

Address = IPv4Address | IPv6Address
Reach = Callable[[Address], bool]
"""Whether an address may be connected to."""

_UNICAST: Final = ip_network("2000::/3")
_REFUSED: Final = tuple(
    ip_network(one)
    for one in (
        "2001::/32",  # Teredo, 6to4: whoever answers there is told by an IPv4 address inside
        "2002::/16",
        "192.88.99.0/24",
        "3fff::/20",  # for documentation; newer than the tables of older Pythons
    )
)


class AddressRefused(Exception):
    """The name leads to an address that may not be connected to."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be found there: no loopback, private, link-local, shared, multicast, reserved or
    documentation network, and no IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4, Teredo)."""
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    of_kind = [one for one in _REFUSED if one.version == address.version]
    return address.is_global and not address.is_multicast and not any(address in one for one in of_kind)


def reaching(networks: Sequence[str]) -> Reach:
    """What is public, and what lies in one of these networks."""
    known = [ip_network(one) for one in networks]
    return lambda address: is_public(address) or any(address in one for one in known)


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises AddressRefused where any address of the name is refused: nobody means that by accident."""
        addresses = await _addresses(host, port)
        if refused := [one for one in addresses if not self._reach(one)]:
            raise AddressRefused(str(refused[0]))
        return await self._network.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 the library's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _addresses(host: str, port: int) -> list[Address]:
    """In the order in which they should be tried. Raises httpcore.ConnectError when the name means nothing."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return [ip_address(str(target[0]).partition("%")[0]) for *_, target in found]

"""Where the request being served comes from: for audit entries, sessions and throttles."""

from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@dataclass(frozen=True)
class Caller:
    """`address` is the network address as the server saw it; `device` what the client calls itself. Empty: no request."""

    address: str = ""
    device: str = ""

    @property
    def place(self) -> str:
        """What counts as one address: of IPv6 the /64, which is what a household is given. As it is, where it is none."""
        return _network(self.address, 32, 64) or self.address

    @property
    def network(self) -> str:
        """The address without the part that tells one household from another: /24 of IPv4, /48 of IPv6."""
        return _network(self.address, 24, 48)


NOBODY = Caller()
_NAT64 = ip_network("64:ff9b::/96")
_caller: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def caller() -> Caller:
    return _caller.get()


def bind_caller(found: Caller) -> None:
    """From here on in this task, `caller()` answers `found`."""
    _caller.set(found)


def _network(address: str, bits: int, bits_of_ipv6: int) -> str:
    """The network that an address lies in, "" for what is none."""
    try:
        found = _unwrapped(ip_address(address))
    except ValueError:
        return ""
    return str(ip_network((found.packed, bits if found.version == 4 else bits_of_ipv6), strict=False))


def _unwrapped(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address behind one that IPv6 carries (RFC 4291, 2.5.5.2; RFC 6052): else all of IPv4 were one network."""
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or (IPv4Address(found.packed[-4:]) if found in _NAT64 else found)

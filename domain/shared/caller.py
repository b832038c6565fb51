"""Where the request being served comes from: for audit entries, sessions and throttles."""

from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address, ip_network


@dataclass(frozen=True)
class Caller:
    """`address` is the network address as the server saw it; `device` what the client calls itself. Empty: no request."""

    address: str = ""
    device: str = ""

    @property
    def network(self) -> str:
        """The address without the part that tells one household from another: /24 of IPv4, /48 of IPv6."""
        try:
            found = ip_address(self.address)
        except ValueError:
            return ""
        return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def caller() -> Caller:
    return _caller.get()


def bind_caller(found: Caller) -> None:
    """From here on in this task, `caller()` answers `found`."""
    _caller.set(found)

from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class CurrencyNotSold(DomainError):
    """The channel does not sell in this currency."""

    code = "CURRENCY_NOT_SOLD"
    currency: str
    sold: tuple[str, ...]


@dataclass(eq=False)
class ChannelClosed(DomainError):
    """Nothing is sold there any more."""

    code = "CHANNEL_CLOSED"
    channel: str


@dataclass(eq=False)
class CountryNotServed(DomainError):
    """The channel does not deliver to this country."""

    code = "COUNTRY_NOT_SERVED"
    country: str
    served: tuple[str, ...]


@dataclass(eq=False)
class ChannelExists(DomainError):
    """The name stands for another channel; names never change, so that carts and orders can go by them."""

    code = "CHANNEL_EXISTS"
    channel: str


@dataclass(eq=False)
class LastOpenChannel(DomainError):
    """The shop always has a channel where a request names none."""

    code = "LAST_OPEN_CHANNEL"
    channel: str


@dataclass(eq=False)
class TooManyChannels(DomainError):
    """A shop has a bounded number of channels, open and closed ones together."""

    code = "TOO_MANY_CHANNELS"
    max_channels: int

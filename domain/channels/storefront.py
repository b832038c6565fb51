"""In which channel, currency and languages somebody sees the catalogue."""

from dataclasses import dataclass

from domain.channels.errors import ChannelClosed, CurrencyNotSold
from domain.channels.known import ChannelFacts, channel, channel_named, forget_known
from domain.channels.languages import ANY, spoken
from domain.shared.settings import settings


@dataclass(frozen=True)
class Storefront:
    """`languages`, one to three, each once, in the order in which a text is looked for; the shop's own is among them."""

    channel: str
    currency: str
    languages: tuple[str, ...]


async def storefront(channel_name: str | None, currency: str | None, accepted: tuple[str, ...] = (ANY,)) -> Storefront:
    """The channel named, else the first; its currency named, else its first; the language that suits what is accepted.

    `accepted` are language ranges, best first. Costs a statement only for what memory does not know. Raises InvalidInput
    for an unknown or closed channel, CurrencyNotSold.
    """
    found = await channel(channel_name)
    if currency is not None and currency not in found.currencies:
        forget_known()
        found = await channel(channel_name)
    return Storefront(found.name, _sold(currency, found), _languages(found, accepted))


async def selling_storefront(channel_name: str, currency: str, accepted: tuple[str, ...] = (ANY,)) -> Storefront:
    """That of a cart, where it can still be bought. Raises ChannelClosed, CurrencyNotSold. Costs as little."""
    found = await channel_named(channel_name)
    if found is not None and not (found.is_open and currency in found.currencies):
        forget_known()
        found = await channel_named(channel_name)
    if found is None or not found.is_open:
        raise ChannelClosed(channel=channel_name)
    return Storefront(found.name, _sold(currency, found), _languages(found, accepted))


async def former_storefront(channel_name: str, currency: str, accepted: tuple[str, ...] = (ANY,)) -> Storefront:
    """That of a cart, to be looked at: also when the channel is closed or left this currency. Costs as little."""
    found = await channel_named(channel_name)
    languages = (settings().default_language,) if found is None else _languages(found, accepted)
    return Storefront(channel_name, currency, languages)


def _sold(currency: str | None, found: ChannelFacts) -> str:
    if currency is None:
        return found.currencies[0]
    if currency not in found.currencies:
        raise CurrencyNotSold(currency=currency, sold=found.currencies)
    return currency


def _languages(found: ChannelFacts, accepted: tuple[str, ...]) -> tuple[str, ...]:
    first = found.languages[0]
    return tuple(dict.fromkeys((spoken(accepted, found.languages) or first, first, settings().default_language)))

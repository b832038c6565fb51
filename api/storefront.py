"""The storefront that a request looks at."""

from api.context import Info
from domain.channels.storefront import Storefront, storefront


async def storefront_of(info: Info, channel: str | None = None, currency: str | None = None) -> Storefront:
    """The channel and the currency asked for, else the first of each, in the languages that the request accepts.

    Costs no statement. Raises InvalidInput for an unknown or closed channel, CurrencyNotSold.
    """
    return await storefront(channel, currency, info.context.viewer.accepted)

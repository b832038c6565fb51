"""Where a channel delivers to."""

from domain.channels.errors import ChannelClosed, CountryNotServed
from domain.channels.known import channel_named, forget_known


async def require_served(channel_name: str, country: str) -> None:
    """Raise CountryNotServed unless the channel delivers to `country` (ISO 3166-1), ChannelClosed when it is not there."""
    found = await channel_named(channel_name)
    if found is not None and found.countries and country not in found.countries:
        forget_known()
        found = await channel_named(channel_name)
    if found is None:
        raise ChannelClosed(channel=channel_name)
    if found.countries and country not in found.countries:
        raise CountryNotServed(country=country, served=found.countries)

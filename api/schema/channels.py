"""Channels as buyers' pages and staff see them."""

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from domain.channels.errors import ChannelExists, LastOpenChannel, TooManyChannels
from domain.channels.known import ChannelFacts
from domain.shared.errors import StaleVersion


@strawberry.type(directives=[Access(requires=PARENT)], description="A storefront or market where the shop sells.")
class Channel(Node):
    id: strawberry.ID
    name: str = strawberry.field(description="What requests name it by; it never changes.")
    title: str
    currencies: list[str] = strawberry.field(description="ISO 4217. The first is used where a request names none.")
    languages: list[str] = strawberry.field(
        description="As CLDR writes them. The first is used where a request accepts none of them."
    )
    countries: list[str] = strawberry.field(description="Those it delivers to, by ISO 3166-1; none means everywhere.")
    is_open: bool
    position: int = strawberry.field(description="Channels stand in this order; the first open one is the shop's own.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")


@strawberry.input
class CreateChannelInput:
    name: str = strawberry.field(description="Lower-case letters, digits and hyphens, at most 60.")
    title: str
    currencies: list[str]
    languages: list[str]
    countries: list[str] = strawberry.field(default_factory=list)
    is_open: bool = True
    position: int | None = strawberry.field(default=None, description="Left out: behind all others.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateChannelInput:
    channel_id: strawberry.ID
    title: str | None = None
    currencies: list[str] | None = None
    languages: list[str] | None = None
    countries: list[str] | None = None
    is_open: bool | None = strawberry.field(default=None, description="False closes it; the last open one stays open.")
    position: int | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateChannelResult = result("CreateChannelResult", Channel, ChannelExists, TooManyChannels, given_ids=False)
UpdateChannelResult = result("UpdateChannelResult", Channel, LastOpenChannel, StaleVersion)


def show_channel(facts: ChannelFacts) -> Channel:
    return Channel(
        id=strawberry.ID(encode("Channel", facts.id)),
        name=facts.name,
        title=facts.title,
        currencies=list(facts.currencies),
        languages=list(facts.languages),
        countries=list(facts.countries),
        is_open=facts.is_open,
        position=facts.position,
        version=facts.version,
    )

from dataclasses import dataclass

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class ChannelCreated(Event):
    kind = "channel.created"
    subject_type = "channel"
    name: str


@dataclass(frozen=True, kw_only=True)
class ChannelUpdated(Event):
    """Its title, currencies, languages, countries or place changed, or it was closed or opened."""

    kind = "channel.updated"
    subject_type = "channel"
    name: str
    is_open: bool

"""What every resolver of one operation is given."""

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry

from api.authentication import BrowserTokens, Credentials
from api.live import Live
from api.loaders import Loaders
from domain.shared.viewer import Viewer


@dataclass
class Context:
    """Made per operation, and per event of a subscription, so that nothing loaded is older than that."""

    viewer: Viewer
    credentials: Credentials
    request_id: str
    live: Live
    last_event_id: str | None = None
    browser: BrowserTokens = field(default_factory=BrowserTokens)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.viewer)

    @property
    def language(self) -> str:
        return self.viewer.language


Info: TypeAlias = strawberry.Info[Context, None]

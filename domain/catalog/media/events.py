"""What happened to pictures."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class MediaAdded(Event):
    """It waits to be fetched, if it has an address, and to be made small."""

    kind = "media.added"
    subject_type = "media"
    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class MediaReady(Event):
    kind = "media.ready"
    subject_type = "media"
    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class MediaFailed(Event):
    kind = "media.failed"
    subject_type = "media"
    product_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class MediaChanged(Event):
    """Its texts or its place among its product's pictures."""

    kind = "media.changed"
    subject_type = "media"
    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class MediaRemoved(Event):
    kind = "media.removed"
    subject_type = "media"
    product_id: UUID

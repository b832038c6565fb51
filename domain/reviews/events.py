from dataclasses import dataclass
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(Event):
    """Somebody wrote it, or changed what they had written."""

    kind = "review.written"
    subject_type = "review"
    product_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class ReviewModerated(Event):
    """Staff published or rejected it."""

    kind = "review.moderated"
    subject_type = "review"
    product_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class ReviewRemoved(Event):
    """Its author took it back, or is nobody any more."""

    kind = "review.removed"
    subject_type = "review"
    product_id: UUID

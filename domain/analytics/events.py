from dataclasses import dataclass
from typing import ClassVar

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class SegmentationDue(Event):
    """Somebody, mostly the schedule, wants the customers segmented anew. The run takes this event's id."""

    kind: ClassVar[str] = "segmentation.due"
    subject_type: ClassVar[str] = "segmentation"


@dataclass(frozen=True, kw_only=True)
class ReportRequested(Event):
    kind: ClassVar[str] = "report.requested"
    subject_type: ClassVar[str] = "report"

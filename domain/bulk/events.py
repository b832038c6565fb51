"""What happens to imports and exports. The sequence is 1 when one is asked for, 2 when it is over."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class BulkRequested(Event):
    kind: ClassVar[str] = "bulk.requested"
    subject_type: ClassVar[str] = "bulk_job"


@dataclass(frozen=True, kw_only=True)
class BulkEnded(Event):
    """`state`: done, failed or cancelled."""

    kind: ClassVar[str] = "bulk.ended"
    subject_type: ClassVar[str] = "bulk_job"
    state: str

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class TrainingDue(Event):
    """Somebody, mostly the schedule, wants the model learned anew. The run takes this event's id."""

    kind: ClassVar[str] = "training.due"
    subject_type: ClassVar[str] = "training"

"""Asking for the learning jobs at once, when the shop's data has changed as a whole."""

from domain.analytics.events import SegmentationDue
from domain.recommendations.events import TrainingDue
from domain.shared.clock import now
from domain.shared.ids import new_id
from domain.shared.scheduling import announce


async def learn_anew() -> None:
    """Have training and segmentation start as soon as a worker is there. The schedule counts it as tonight's."""
    await announce("training", now(), TrainingDue(subject_id=new_id(), sequence=1))
    await announce("segmentation", now(), SegmentationDue(subject_id=new_id(), sequence=1))

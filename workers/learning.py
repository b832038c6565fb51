"""Learning, later: what to recommend, and which customers are alike."""

from uuid import UUID

from domain.analytics import segment_customers as segments
from domain.recommendations import train
from workers.consume import consumer


@consumer("train_recommendations", queue="ml")
async def train_recommendations(event_id: UUID, _subject_id: UUID) -> None:
    await train.train_recommendations(event_id)


@consumer("segment_customers", queue="ml")
async def segment_customers(event_id: UUID, _subject_id: UUID) -> None:
    await segments.segment_customers(event_id)

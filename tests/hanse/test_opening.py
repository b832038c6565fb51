"""When the shop counts as open."""

import asyncio
import io
from uuid import UUID

import pytest
from rich.console import Console

from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.analytics.queries import customer_segments
from domain.recommendations.events import TrainingDue
from domain.shared.clock import now
from domain.shared.database import connect, disconnect, run
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from hanse import opening
from hanse.opening import wait_for_models
from hanse.steps import Step
from tests.own_shop import own_shop

__all__ = ["own_shop"]


async def test_models_from_before_are_enough_while_newer_ones_are_made(own_shop: Settings) -> None:
    await _a_run("published")
    await _a_run("training")

    assert await _waited(own_shop) == "published"


async def test_models_from_before_are_enough_though_the_newest_training_failed(own_shop: Settings) -> None:
    await _a_run("published")
    await _a_run("failed")

    assert await _waited(own_shop) == "published"


async def test_a_first_training_that_failed_is_said(own_shop: Settings) -> None:
    await _a_run("failed")

    assert await _waited(own_shop) == "failed ValueError: no"


async def test_the_first_models_are_waited_for_with_their_segments(own_shop: Settings) -> None:
    async def learn() -> None:
        await asyncio.sleep(0.3)
        await _a_run("published")
        await asyncio.sleep(0.5)
        event_id = await use_case(emit)(SegmentationDue(subject_id=new_id(), sequence=1))
        await publish_segments(
            event_id, Segmentation([Segment("champions", 1, 1, Money(1, "EUR"), [])], 1, {}, {}, now())
        )

    learning = asyncio.create_task(learn())
    said, segments = await _waited(own_shop), await customer_segments(PLATFORM)
    await learning

    assert said == "published"
    assert len(segments) == 1


async def test_models_that_take_too_long_are_not_waited_for(
    own_shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_MODELS_SECONDS", 0.3)
    await _a_run("training")

    assert await _waited(own_shop) == "still in work; the shop is open without them"


async def _a_run(state: str) -> UUID:
    run_id = await use_case(emit)(TrainingDue(subject_id=new_id(), sequence=1))
    await run(
        """INSERT INTO recommendation_run (id, state, reason, seed, parameters, metrics, started_at)
           VALUES ($1, $2, $3, 1, '{}', '{}', now())""",
        run_id,
        state,
        "ValueError: no" if state == "failed" else None,
    )
    return run_id


async def _waited(shop: Settings) -> str:
    step = Step(Console(file=io.StringIO()), "First models")
    await disconnect()
    try:
        await asyncio.wait_for(wait_for_models(shop, step), 5)
    finally:
        await connect(shop)
    return step.note

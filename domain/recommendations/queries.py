"""What the published version answers. One statement each; nothing here learns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.shared.database import row, rows
from domain.shared.viewer import Viewer


class Reason(StrEnum):
    """Why a product is suggested: customers with like purchases bought it, or many bought it lately."""

    TASTE = "taste"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score` compares within one answer only; None when it is mere popularity."""

    product_id: UUID
    score: float | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One training run. The nDCGs are None until it has validated itself."""

    id: UUID
    state: str
    reason: str | None
    seed: int
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    data_cutoff: datetime | None
    started_at: datetime
    finished_at: datetime | None


async def recommendations(customer_id: UUID) -> list[Suggestion]:
    """Products that are new to the customer, best first; what is popular for somebody who never bought anything."""
    found = await row(
        """SELECT c.product_ids, c.scores, r.metrics->'popular_products' AS popular
           FROM recommendation_run r
           LEFT JOIN customer_recommendation c ON c.run_id = r.id AND c.customer_id = $1
           WHERE r.state = 'published'""",
        customer_id,
    )
    if found is None:
        return []
    if found["product_ids"] is None:
        return [Suggestion(product, None, Reason.POPULAR) for product in _ids(found["popular"])]
    scores = orjson.loads(found["scores"])
    return [
        Suggestion(product, score, Reason.TASTE)
        for product, score in zip(_ids(found["product_ids"]), scores, strict=True)
    ]


async def bought_together(product_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """By product what is bought with it, best first. A product about which nothing is known is absent."""
    found = await rows(
        """SELECT b.product_id, b.product_ids FROM bought_together b
           JOIN recommendation_run r ON r.id = b.run_id AND r.state = 'published'
           WHERE b.product_id = ANY($1)""",
        list(product_ids),
    )
    return {r["product_id"]: _ids(r["product_ids"]) for r in found}


async def runs(viewer: Viewer, *, first: int) -> list[RunFacts]:
    """The newest training runs, newest first. Raises NotAllowed without `recommendations.read`."""
    viewer.require("recommendations.read")
    found = await rows(
        """SELECT id, state, reason, seed, parameters, metrics, data_cutoff, started_at, finished_at
           FROM recommendation_run ORDER BY started_at DESC, id DESC LIMIT $1""",
        first,
    )
    return [_run(r) for r in found]


async def has_published(viewer: Viewer) -> bool:
    """Whether there is a version to answer from. Raises NotAllowed without `recommendations.read`."""
    viewer.require("recommendations.read")
    return await row("SELECT 1 FROM recommendation_run WHERE state = 'published'") is not None


def _run(r: asyncpg.Record) -> RunFacts:
    return RunFacts(
        id=r["id"],
        state=r["state"],
        reason=r["reason"],
        seed=r["seed"],
        parameters=orjson.loads(r["parameters"]),
        metrics=orjson.loads(r["metrics"]),
        data_cutoff=r["data_cutoff"],
        started_at=r["started_at"],
        finished_at=r["finished_at"],
    )


def _ids(stored: str) -> list[UUID]:
    return [UUID(product) for product in orjson.loads(stored)]

"""What is suggested to somebody, for the copy of their data."""

from typing import Any
from uuid import UUID

import orjson

from domain.shared.database import rows


async def personal_data(person_id: UUID) -> list[dict[str, Any]]:
    """The suggestions of each version that is kept: products and scores, best first."""
    found = await rows(
        """SELECT r.state, r.finished_at, c.product_ids, c.scores FROM customer_recommendation c
           JOIN recommendation_run r ON r.id = c.run_id WHERE c.customer_id = $1 ORDER BY r.finished_at, r.id""",
        person_id,
    )
    return [
        {**one, "product_ids": orjson.loads(one["product_ids"]), "scores": orjson.loads(one["scores"])} for one in found
    ]

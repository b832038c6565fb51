"""How good the advice is, for those who look after it. The advice itself stands on `Product` and `User`."""

import strawberry

from api.access import field
from api.context import Info
from api.pages import page_size
from api.schema.recommendations import RecommendationRun, show_run
from domain.recommendations.queries import runs


@strawberry.type
class RecommendationsQuery:
    @field("recommendations.read", description="The newest trainings, newest first.")
    async def recommendation_runs(self, info: Info, first: int = 20) -> list[RecommendationRun]:
        return [show_run(one) for one in await runs(info.context.viewer, first=page_size(first))]

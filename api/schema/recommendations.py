"""What to buy next, and how good that advice is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from api.access import PARENT, Access
from api.context import Info
from api.ids import encode
from api.schema.catalog import Product, live_products
from domain.channels.storefront import Storefront
from domain.recommendations.queries import Reason, RunFacts, Suggestion

ReasonEnum = strawberry.enum(Reason, name="RecommendationReason")


@strawberry.type(directives=[Access(requires=PARENT)])
class Recommendation:
    product: Product
    score: float | None = strawberry.field(description="Compares within one answer only; null for popular products.")
    reason: Reason = strawberry.field(
        description="TASTE: customers with like purchases bought it. POPULAR: many bought it lately."
    )


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="One training. Its quality is measured on the last 30 days, which it had not seen, against popularity.",
)
class RecommendationRun:
    id: strawberry.ID
    state: str = strawberry.field(description="training, published, retired, refused or failed.")
    reason: str | None = strawberry.field(description="Why it was refused or failed.")
    started_at: datetime
    finished_at: datetime | None
    data_cutoff: datetime | None
    seed: int
    factors: int | None
    half_life_days: float | None
    regularization: float | None
    ndcg_at_10: float | None = strawberry.field(name="ndcgAt10", description="Of products new to the customer.")
    popularity_ndcg_at_10: float | None = strawberry.field(name="popularityNdcgAt10")
    judged_customers: int | None
    customers: int | None
    products: int | None
    purchase_lines: int | None
    seconds: float | None = strawberry.field(description="Spent computing.")


async def show_recommendations(
    info: Info, suggestions: Sequence[Suggestion], shop: Storefront, first: int
) -> list[Recommendation]:
    """The first of the suggestions whose products are live."""
    by_product = {strawberry.ID(encode("Product", one.product_id)): one for one in suggestions}
    products = await live_products(info, [one.product_id for one in suggestions], shop, first)
    return [
        Recommendation(product=product, score=by_product[product.id].score, reason=by_product[product.id].reason)
        for product in products
    ]


def show_run(facts: RunFacts) -> RecommendationRun:
    metrics, parameters = facts.metrics, facts.parameters
    seconds: dict[str, Any] | None = metrics.get("seconds")
    return RecommendationRun(
        id=strawberry.ID(encode("RecommendationRun", facts.id)),
        state=facts.state,
        reason=facts.reason,
        started_at=facts.started_at,
        finished_at=facts.finished_at,
        data_cutoff=facts.data_cutoff,
        seed=facts.seed,
        factors=parameters.get("factors"),
        half_life_days=parameters.get("half_life_days"),
        regularization=parameters.get("regularization"),
        ndcg_at_10=metrics.get("ndcg_at_10"),
        popularity_ndcg_at_10=metrics.get("popularity_ndcg_at_10"),
        judged_customers=metrics.get("judged_customers"),
        customers=metrics.get("customers"),
        products=metrics.get("products"),
        purchase_lines=metrics.get("purchase_lines"),
        seconds=None if seconds is None else sum(seconds.values()),
    )

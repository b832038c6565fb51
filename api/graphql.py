"""The schema, put together from the contexts' queries, mutations and subscriptions."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api.access import undeclared
from api.errors import handlers
from api.resolvers.analytics import AnalyticsMutation, AnalyticsQuery
from api.resolvers.cart import CartMutation, CartQuery
from api.resolvers.catalog import CatalogQuery
from api.resolvers.fulfilment import FulfilmentMutation
from api.resolvers.identity import IdentityMutation, IdentityQuery
from api.resolvers.node import NodeQuery
from api.resolvers.orders import OrdersMutation, OrdersQuery, OrdersSubscription
from api.resolvers.payments import PaymentsMutation, PaymentsQuery
from api.resolvers.recommendations import RecommendationsQuery
from api.schema.money import SCALARS
from domain.shared.errors import REFUSALS

Query = merge_types(
    "Query",
    (
        NodeQuery,
        IdentityQuery,
        CatalogQuery,
        CartQuery,
        OrdersQuery,
        PaymentsQuery,
        RecommendationsQuery,
        AnalyticsQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (IdentityMutation, CartMutation, OrdersMutation, PaymentsMutation, FulfilmentMutation, AnalyticsMutation),
)
Subscription = merge_types("Subscription", (OrdersSubscription,))


def make_schema() -> strawberry.Schema:
    """The whole schema. Raises ValueError when a field does not say who may use it."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=handlers(REFUSALS),
    )
    if missing := sorted(undeclared(schema)):
        raise ValueError(f"nobody said who may use: {', '.join(missing)}")
    return schema


def sdl() -> str:
    """The schema's text, as checked in as schema.graphql."""
    return make_schema().as_str() + "\n"

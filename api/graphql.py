"""The schema, put together from the contexts' queries, mutations and subscriptions."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api.access import undeclared
from api.errors import handlers
from api.plain import PlainFieldsExecutor
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

_CREDENTIALS = 26_000
FIELD_COSTS = {
    "Query.verifyReceipt": 10_000,
    "Mutation.signUp": _CREDENTIALS,
    "Mutation.logIn": _CREDENTIALS,
    "Mutation.refreshSession": _CREDENTIALS,
}
"""Of the 50,000 that a document may cost: it verifies four receipts at most, and checks one credential, so that passwords
are guessed one request at a time."""

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
        execution_context_class=PlainFieldsExecutor,
    )
    if missing := sorted(undeclared(schema)):
        raise ValueError(f"nobody said who may use: {', '.join(missing)}")
    return schema


def sdl() -> str:
    """The schema's text, as checked in as schema.graphql."""
    return make_schema().as_str() + "\n"

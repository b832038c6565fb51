"""The schema, put together from the contexts' queries, mutations and subscriptions."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api.access import undeclared
from api.errors import handlers
from api.plain import PlainFieldsExecutor
from api.resolvers.accounts import AccountsMutation
from api.resolvers.addresses import AddressesMutation, AddressesQuery
from api.resolvers.analytics import AnalyticsMutation, AnalyticsQuery
from api.resolvers.applications import ApplicationsMutation, ApplicationsQuery
from api.resolvers.attributes import AttributesMutation, AttributesQuery
from api.resolvers.audit import AuditQuery
from api.resolvers.bulk import BulkMutation, BulkQuery
from api.resolvers.cart import CartMutation, CartQuery
from api.resolvers.categories import CategoriesMutation, CategoriesQuery
from api.resolvers.channels import ChannelsMutation, ChannelsQuery
from api.resolvers.factors import FactorsMutation
from api.resolvers.fulfilment import FulfilmentMutation
from api.resolvers.guests import GuestsMutation
from api.resolvers.identity import IdentityMutation, IdentityQuery
from api.resolvers.media import MediaMutation, MediaQuery
from api.resolvers.node import NodeQuery
from api.resolvers.orders import OrdersMutation, OrdersQuery, OrdersSubscription
from api.resolvers.payments import PaymentsMutation, PaymentsQuery
from api.resolvers.people import PeopleMutation, PeopleQuery
from api.resolvers.prices import PricesMutation
from api.resolvers.privacy import PrivacyMutation, PrivacyQuery
from api.resolvers.product_types import ProductTypesMutation, ProductTypesQuery
from api.resolvers.products import ProductsMutation, ProductsQuery
from api.resolvers.profile import ProfileMutation
from api.resolvers.recommendations import RecommendationsQuery
from api.resolvers.reviews import ReviewsMutation, ReviewsQuery
from api.resolvers.roles import RolesMutation, RolesQuery
from api.resolvers.search import SearchQuery
from api.resolvers.stock import StockMutation, StockQuery
from api.resolvers.suppliers import SuppliersMutation, SuppliersQuery
from api.resolvers.translations import TranslationsMutation, TranslationsQuery
from api.resolvers.warehouses import WarehousesMutation, WarehousesQuery
from api.schema import uploads
from api.schema.money import SCALARS
from domain.shared.errors import REFUSALS

_CREDENTIALS = 26_000
FIELD_COSTS = {
    "Query.verifyReceipt": 10_000,
    "Query.translationProgress": 10_000,
    "Mutation.signUp": _CREDENTIALS,
    "Mutation.confirmEmail": _CREDENTIALS,
    "Mutation.requestPasswordReset": _CREDENTIALS,
    "Mutation.resetPassword": _CREDENTIALS,
    "Mutation.changePassword": _CREDENTIALS,
    "Mutation.requestEmailChange": _CREDENTIALS,
    "Mutation.confirmEmailChange": _CREDENTIALS,
    "Mutation.acceptInvitation": _CREDENTIALS,
    "Mutation.logIn": _CREDENTIALS,
    "Mutation.startGuestSession": _CREDENTIALS,
    "Mutation.logInWithSecondFactor": _CREDENTIALS,
    "Mutation.logInWithPasskey": _CREDENTIALS,
    "Mutation.beginPasskeyLogIn": _CREDENTIALS,
    "Mutation.beginPasskeyRegistration": _CREDENTIALS,
    "Mutation.finishPasskeyRegistration": _CREDENTIALS,
    "Mutation.removePasskey": _CREDENTIALS,
    "Mutation.enrolTotp": _CREDENTIALS,
    "Mutation.confirmTotp": _CREDENTIALS,
    "Mutation.disableTotp": _CREDENTIALS,
    "Mutation.renewRecoveryCodes": _CREDENTIALS,
    "Mutation.refreshSession": _CREDENTIALS,
    "Mutation.requestErasure": _CREDENTIALS,
    "Mutation.requestPersonalData": _CREDENTIALS,
}
"""Of the 50,000 that a document may cost: it verifies four receipts at most, and checks one credential, so that passwords
are guessed one request at a time."""

Query = merge_types(
    "Query",
    (
        NodeQuery,
        IdentityQuery,
        AddressesQuery,
        PeopleQuery,
        PrivacyQuery,
        RolesQuery,
        SuppliersQuery,
        ApplicationsQuery,
        ChannelsQuery,
        SearchQuery,
        CategoriesQuery,
        AttributesQuery,
        ProductTypesQuery,
        TranslationsQuery,
        ProductsQuery,
        MediaQuery,
        StockQuery,
        WarehousesQuery,
        CartQuery,
        OrdersQuery,
        PaymentsQuery,
        RecommendationsQuery,
        ReviewsQuery,
        AnalyticsQuery,
        BulkQuery,
        AuditQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        IdentityMutation,
        FactorsMutation,
        ProfileMutation,
        AddressesMutation,
        GuestsMutation,
        AccountsMutation,
        PeopleMutation,
        PrivacyMutation,
        RolesMutation,
        SuppliersMutation,
        ApplicationsMutation,
        ChannelsMutation,
        CategoriesMutation,
        AttributesMutation,
        ProductTypesMutation,
        TranslationsMutation,
        ProductsMutation,
        PricesMutation,
        StockMutation,
        WarehousesMutation,
        MediaMutation,
        CartMutation,
        OrdersMutation,
        PaymentsMutation,
        FulfilmentMutation,
        ReviewsMutation,
        AnalyticsMutation,
        BulkMutation,
    ),
)
Subscription = merge_types("Subscription", (OrdersSubscription,))


def make_schema() -> strawberry.Schema:
    """The whole schema. Raises ValueError when a field does not say who may use it."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map={**SCALARS, **uploads.SCALARS}),
        exception_handlers=handlers(REFUSALS),
        execution_context_class=PlainFieldsExecutor,
    )
    if missing := sorted(undeclared(schema)):
        raise ValueError(f"nobody said who may use: {', '.join(missing)}")
    return schema


def sdl() -> str:
    """The schema's text, as checked in as schema.graphql."""
    return make_schema().as_str() + "\n"

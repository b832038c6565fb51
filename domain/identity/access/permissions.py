"""The names of everything that may be allowed, and the sets of them that each built-in role starts with.

What each permission allows is said in `domain/shared/messages/`, under `PERMISSION.` and its name.
"""

from enum import StrEnum


class Permission(StrEnum):
    ORDERS_READ = "orders.read"
    ORDERS_SHIP = "orders.ship"
    ORDERS_DELIVER = "orders.deliver"
    ORDERS_CANCEL = "orders.cancel"
    ORDERS_REFUND = "orders.refund"
    ORDERS_RETURN = "orders.return"
    RISK_DECIDE = "risk.decide"
    REPORTS_REQUEST = "reports.request"
    SEGMENTS_READ = "segments.read"
    RECOMMENDATIONS_READ = "recommendations.read"
    OPERATIONS_READ = "operations.read"
    CATALOGUE_WRITE = "catalogue.write"
    STOCK_WRITE = "stock.write"
    PRICES_WRITE = "prices.write"
    CHANNELS_WRITE = "channels.write"
    REVIEWS_MODERATE = "reviews.moderate"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    SUPPLIERS_READ = "suppliers.read"
    SUPPLIERS_WRITE = "suppliers.write"
    ROLES_READ = "roles.read"
    ROLES_WRITE = "roles.write"
    APPLICATIONS_WRITE = "applications.write"
    AUDIT_READ = "audit.read"
    PRIVACY_WRITE = "privacy.write"


CUSTOMER = "customer"
SUPPLIER = "supplier"
ADMINISTRATOR = "administrator"

ROLES: dict[str, frozenset[str]] = {
    CUSTOMER: frozenset(),
    SUPPLIER: frozenset(
        {
            Permission.ORDERS_READ,
            Permission.ORDERS_SHIP,
            Permission.ORDERS_DELIVER,
            Permission.CATALOGUE_WRITE,
            Permission.PRICES_WRITE,
            Permission.STOCK_WRITE,
            Permission.SUPPLIERS_READ,
        }
    ),
    "support": frozenset(
        {
            Permission.ORDERS_READ,
            Permission.ORDERS_CANCEL,
            Permission.ORDERS_RETURN,
            Permission.REVIEWS_MODERATE,
            Permission.PEOPLE_READ,
            Permission.ROLES_READ,
            Permission.SUPPLIERS_READ,
        }
    ),
    "catalogue_manager": frozenset(
        {
            Permission.CATALOGUE_WRITE,
            Permission.PRICES_WRITE,
            Permission.STOCK_WRITE,
            Permission.CHANNELS_WRITE,
            Permission.REVIEWS_MODERATE,
            Permission.SUPPLIERS_READ,
            Permission.SUPPLIERS_WRITE,
        }
    ),
    "fulfilment": frozenset(
        {
            Permission.ORDERS_READ,
            Permission.ORDERS_SHIP,
            Permission.ORDERS_DELIVER,
            Permission.ORDERS_RETURN,
            Permission.STOCK_WRITE,
            Permission.SUPPLIERS_READ,
        }
    ),
    "finance": frozenset(
        {
            Permission.ORDERS_READ,
            Permission.ORDERS_REFUND,
            Permission.RISK_DECIDE,
            Permission.REPORTS_REQUEST,
            Permission.SUPPLIERS_READ,
        }
    ),
    "analyst": frozenset({Permission.REPORTS_REQUEST, Permission.SEGMENTS_READ, Permission.RECOMMENDATIONS_READ}),
    ADMINISTRATOR: frozenset(Permission),
}
"""Everybody holds `customer`. `supplier` is granted for one supplier only, and so allows nothing with others' lines."""

"""The names of everything that may be allowed, and the sets of them that each role starts with."""

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
    PEOPLE_READ = "people.read"
    ROLES_WRITE = "roles.write"


CUSTOMER = "customer"
ADMINISTRATOR = "administrator"

ROLES: dict[str, frozenset[str]] = {
    CUSTOMER: frozenset(),
    "supplier": frozenset(),
    "support": frozenset(
        {Permission.ORDERS_READ, Permission.ORDERS_CANCEL, Permission.ORDERS_RETURN, Permission.PEOPLE_READ}
    ),
    "catalogue_manager": frozenset({Permission.CATALOGUE_WRITE, Permission.PRICES_WRITE, Permission.STOCK_WRITE}),
    "fulfilment": frozenset(
        {
            Permission.ORDERS_READ,
            Permission.ORDERS_SHIP,
            Permission.ORDERS_DELIVER,
            Permission.ORDERS_RETURN,
            Permission.STOCK_WRITE,
        }
    ),
    "finance": frozenset(
        {Permission.ORDERS_READ, Permission.ORDERS_REFUND, Permission.RISK_DECIDE, Permission.REPORTS_REQUEST}
    ),
    "analyst": frozenset({Permission.REPORTS_REQUEST, Permission.SEGMENTS_READ, Permission.RECOMMENDATIONS_READ}),
    ADMINISTRATOR: frozenset(Permission),
}
"""A supplier's rights come from the viewer's `supplier_id`: its own lines, and no permission over everybody's."""

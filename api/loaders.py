"""One DataLoader per relation: a list costs the same number of statements for one row as for a hundred."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.fulfilment.queries import ShipmentFacts, shipments_of
from domain.identity.access.people import GrantFacts, grants_of
from domain.identity.access.roles import RoleFacts, roles_by_id
from domain.identity.access.suppliers import SupplierFacts, suppliers_by_id
from domain.identity.addresses import address_book
from domain.identity.addresses.address_book import AddressEntry
from domain.identity.applications.application_queries import (
    ApiKeyFacts,
    ApplicationKeyFacts,
    api_keys,
    application_keys,
)
from domain.identity.factors.passkeys import PasskeyFacts, passkeys_of
from domain.identity.factors.second_factor import Factors, factors_of_many
from domain.identity.privacy.consent import ConsentFacts, consents_of
from domain.identity.privacy.privacy_requests import RequestFacts, privacy_requests_of
from domain.inventory.list_levels import LevelFacts, levels_by_id
from domain.inventory.transfers import TransferFacts, TransferLineFacts, transfer_lines, transfers_by_id
from domain.inventory.warehouses import WarehouseFacts, warehouses_by_id
from domain.orders.delivery_addresses import addresses_of
from domain.orders.queries import lines_of, orders
from domain.orders.states import OrderFacts, OrderLineFacts
from domain.payments.queries import PaymentFacts, ReceiptFacts, RiskFacts, payments_of, receipts_of, risk_of
from domain.recommendations.queries import bought_together
from domain.reviews.queries import Summary, summaries
from domain.shared.viewer import Viewer

V = TypeVar("V")


class Loaders:
    """The loaders of one operation, made when first asked for. Each batch is one statement."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._places: dict[Hashable, DataLoader[UUID, Any]] = {}

    @cached_property
    def order(self) -> DataLoader[UUID, OrderFacts | None]:
        """Orders that the viewer may see; None for others."""
        return one_each(partial(orders, self._viewer))

    @cached_property
    def order_lines(self) -> DataLoader[UUID, list[OrderLineFacts]]:
        return many_each(lines_of)

    @cached_property
    def order_address(self) -> DataLoader[UUID, dict[str, str] | None]:
        return one_each(addresses_of)

    @cached_property
    def address_book(self) -> DataLoader[UUID, list[AddressEntry]]:
        """By person. Each batch is two statements."""
        return many_each(address_book.addresses_of)

    @cached_property
    def consents(self) -> DataLoader[UUID, list[ConsentFacts]]:
        """By person; so are the privacy requests."""
        return many_each(consents_of)

    @cached_property
    def privacy_requests(self) -> DataLoader[UUID, list[RequestFacts]]:
        return many_each(privacy_requests_of)

    @cached_property
    def second_factors(self) -> DataLoader[UUID, Factors | None]:
        """By person; so are passkeys. Both are shown to that person and to staff only."""
        return one_each(factors_of_many)

    @cached_property
    def passkeys(self) -> DataLoader[UUID, list[PasskeyFacts]]:
        return many_each(passkeys_of)

    @cached_property
    def payment(self) -> DataLoader[UUID, PaymentFacts | None]:
        """By order; so are receipt, risk and shipment."""
        return one_each(payments_of)

    @cached_property
    def receipt(self) -> DataLoader[UUID, ReceiptFacts | None]:
        return one_each(receipts_of)

    @cached_property
    def risk(self) -> DataLoader[UUID, RiskFacts | None]:
        return one_each(partial(risk_of, self._viewer))

    @cached_property
    def shipment(self) -> DataLoader[UUID, ShipmentFacts | None]:
        return one_each(shipments_of)

    @cached_property
    def supplier(self) -> DataLoader[UUID, SupplierFacts | None]:
        """Suppliers that the viewer may see; None for others."""
        return one_each(partial(suppliers_by_id, self._viewer))

    @cached_property
    def role(self) -> DataLoader[UUID, RoleFacts | None]:
        return one_each(roles_by_id)

    @cached_property
    def grants(self) -> DataLoader[UUID, list[GrantFacts]]:
        """By person."""
        return many_each(grants_of)

    @cached_property
    def bought_together(self) -> DataLoader[UUID, list[UUID]]:
        return many_each(bought_together)

    @cached_property
    def review_summary(self) -> DataLoader[UUID, Summary | None]:
        """By product."""
        return one_each(summaries)

    @cached_property
    def application_keys(self) -> DataLoader[UUID, list[ApplicationKeyFacts]]:
        """By application; so are API keys."""
        return many_each(application_keys)

    @cached_property
    def api_keys(self) -> DataLoader[UUID, list[ApiKeyFacts]]:
        return many_each(api_keys)

    @cached_property
    def warehouse(self) -> DataLoader[UUID, WarehouseFacts | None]:
        """Warehouses, levels and transfers that the viewer may see; None for others."""
        return one_each(partial(warehouses_by_id, self._viewer))

    @cached_property
    def stock_level(self) -> DataLoader[UUID, LevelFacts | None]:
        return one_each(partial(levels_by_id, self._viewer))

    @cached_property
    def transfer(self) -> DataLoader[UUID, TransferFacts | None]:
        return one_each(partial(transfers_by_id, self._viewer))

    @cached_property
    def transfer_lines(self) -> DataLoader[UUID, list[TransferLineFacts]]:
        return many_each(transfer_lines)

    def at(
        self, place: Hashable, load: Callable[[list[UUID]], Awaitable[Mapping[UUID, V]]]
    ) -> DataLoader[UUID, V | None]:
        """The loader of one place in the answer, for what depends on what is selected there. `load` of the first wins."""
        if place not in self._places:
            self._places[place] = one_each(load)
        return self._places[place]


def one_each(load: Callable[[list[UUID]], Awaitable[Mapping[UUID, V]]]) -> DataLoader[UUID, V | None]:
    """A loader of at most one value a key, from a query that answers many keys at once."""

    async def batch(keys: list[UUID]) -> list[V | None]:
        found = await load(keys)
        return [found.get(key) for key in keys]

    return DataLoader(batch)


def many_each(load: Callable[[list[UUID]], Awaitable[Mapping[UUID, list[V]]]]) -> DataLoader[UUID, list[V]]:
    """A loader of any number of values a key, from a query that answers many keys at once."""

    async def batch(keys: list[UUID]) -> list[list[V]]:
        found = await load(keys)
        return [found.get(key, []) for key in keys]

    return DataLoader(batch)

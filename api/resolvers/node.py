"""Any object by its id, under the same rules as where it is found otherwise."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import strawberry

from api.access import PUBLIC, field
from api.context import Info
from api.ids import decode_any
from api.resolvers.attributes import shown_attribute
from api.resolvers.categories import shown_category
from api.resolvers.product_types import shown_product_type
from api.schema.addresses import show_entry
from api.schema.applications import show_application
from api.schema.bulk import show_bulk_job
from api.schema.cart import show_cart
from api.schema.catalog import show_products_by_id, show_variants_by_id
from api.schema.channels import show_channel
from api.schema.node import Node
from api.schema.orders import show_order
from api.schema.people import show_role
from api.schema.reviews import show_review
from api.schema.stock import show_level
from api.schema.suppliers import show_supplier
from api.schema.warehouses import show_transfer, show_warehouse
from api.storefront import storefront_of
from domain.bulk.jobs.queries import bulk_job
from domain.cart.queries import cart
from domain.channels.queries import channel_by_id
from domain.identity.access.permissions import Permission
from domain.identity.addresses.address_book import own_entry
from domain.identity.applications.application_queries import application
from domain.reviews.queries import review


@strawberry.type
class NodeQuery:
    @field(PUBLIC, description="The object with this id, or null when there is none that the caller may see.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        kind, uuid = decode_any(id, field="id")
        find = _FINDERS.get(kind)
        return await find(info, uuid) if find else None


async def _product(info: Info, id: UUID) -> Node | None:
    return (await show_products_by_id(info, [id], await storefront_of(info), drafts=True)).get(id)


async def _variant(info: Info, id: UUID) -> Node | None:
    return (await show_variants_by_id(info, [id], await storefront_of(info))).get(id)


async def _cart(info: Info, id: UUID) -> Node | None:
    found = await cart(info.context.viewer, id)
    return None if found is None else show_cart(found)


async def _order(info: Info, id: UUID) -> Node | None:
    found = await info.context.loaders.order.load(id)
    return None if found is None else show_order(found)


async def _role(info: Info, id: UUID) -> Node | None:
    viewer = info.context.viewer
    found = await info.context.loaders.role.load(id) if viewer.may_somewhere(Permission.ROLES_READ) else None
    return None if found is None else show_role(found)


async def _supplier(info: Info, id: UUID) -> Node | None:
    found = await info.context.loaders.supplier.load(id)
    return None if found is None else show_supplier(found)


async def _application(info: Info, id: UUID) -> Node | None:
    viewer = info.context.viewer
    manages = viewer.user_id is not None and viewer.may_somewhere(Permission.APPLICATIONS_WRITE)
    found = await application(viewer, id) if manages else None
    return None if found is None else show_application(found)


async def _channel(info: Info, id: UUID) -> Node | None:
    found = await channel_by_id(info.context.viewer, id)
    return None if found is None else show_channel(found)


async def _bulk_job(info: Info, id: UUID) -> Node | None:
    viewer = info.context.viewer
    found = await bulk_job(viewer, id) if viewer.user_id is not None else None
    return None if found is None else show_bulk_job(found, info.context.language)


async def _address_entry(info: Info, id: UUID) -> Node | None:
    found = await own_entry(info.context.viewer, id)
    return None if found is None else show_entry(found)


async def _warehouse(info: Info, id: UUID) -> Node | None:
    found = await info.context.loaders.warehouse.load(id)
    return None if found is None else show_warehouse(found)


async def _stock_level(info: Info, id: UUID) -> Node | None:
    found = await info.context.loaders.stock_level.load(id)
    return None if found is None else show_level(found)


async def _stock_transfer(info: Info, id: UUID) -> Node | None:
    found = await info.context.loaders.transfer.load(id)
    return None if found is None else show_transfer(found)


async def _review(info: Info, id: UUID) -> Node | None:
    found = await review(info.context.viewer, id)
    return None if found is None else show_review(found)


_FINDERS: Mapping[str, Callable[[Info, UUID], Awaitable[Node | None]]] = {
    "Product": _product,
    "Variant": _variant,
    "Category": shown_category,
    "Attribute": shown_attribute,
    "ProductType": shown_product_type,
    "Cart": _cart,
    "Order": _order,
    "AddressEntry": _address_entry,
    "Role": _role,
    "Channel": _channel,
    "Supplier": _supplier,
    "Warehouse": _warehouse,
    "StockLevel": _stock_level,
    "StockTransfer": _stock_transfer,
    "Application": _application,
    "Review": _review,
    "BulkJob": _bulk_job,
}

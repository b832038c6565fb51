"""Reading, adding and changing suppliers."""

from uuid import UUID

import strawberry

from api.access import SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, page_size, read_cursor, words
from api.schema.suppliers import (
    CreateSupplierInput,
    CreateSupplierResult,
    Supplier,
    UpdateSupplierInput,
    UpdateSupplierResult,
    show_supplier,
)
from domain.identity.access.edit_suppliers import CreateSupplier, UpdateSupplier, create_supplier, update_supplier
from domain.identity.access.suppliers import SupplierFacts, suppliers
from domain.shared.errors import not_found

_LIST = "suppliers"


@strawberry.type
class SuppliersQuery:
    @field(SIGNED_IN, description="By name: all for staff with `suppliers.read`, their own for a supplier's people.")
    async def suppliers(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Supplier]:
        size, key = page_size(first), read_cursor(_LIST, after, (words, identifier))
        found = await suppliers(info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_supplier(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


@strawberry.type
class SuppliersMutation:
    @mutation("suppliers.write", result=CreateSupplierResult)
    async def create_supplier(self, info: Info, input: CreateSupplierInput) -> Supplier:
        command = CreateSupplier(input.code, input.name, country=input.country, key=input.idempotency_key)
        return await _shown(info, await create_supplier(info.context.viewer, command))

    @mutation(SIGNED_IN, result=UpdateSupplierResult, description="For who holds `suppliers.write` for this supplier.")
    async def update_supplier(self, info: Info, input: UpdateSupplierInput) -> Supplier:
        command = UpdateSupplier(
            supplier_id=decode("Supplier", input.supplier_id, field="supplierId"),
            name=input.name,
            country=input.country,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await update_supplier(info.context.viewer, command))


async def _shown(info: Info, supplier_id: UUID) -> Supplier:
    found = await info.context.loaders.supplier.load(supplier_id)
    if found is None:
        raise not_found("Supplier", supplier_id)
    return show_supplier(found)


def _cursor(facts: SupplierFacts) -> str:
    return cursor(_LIST, (facts.name, facts.id))

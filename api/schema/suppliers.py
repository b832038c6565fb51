"""Suppliers as staff and their own people see them."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from domain.identity.access.suppliers import SupplierFacts
from domain.identity.errors import SupplierExists
from domain.shared.errors import StaleVersion


@strawberry.type(directives=[Access(requires=PARENT)])
class Supplier(Node):
    id: strawberry.ID
    code: str = strawberry.field(description="Its short name in imports and files; it never changes.")
    name: str
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime


@strawberry.input
class CreateSupplierInput:
    code: str = strawberry.field(description="Lower-case letters, digits and hyphens, at most 60.")
    name: str
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateSupplierInput:
    supplier_id: strawberry.ID
    name: str | None = None
    country: str | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateSupplierResult = result("CreateSupplierResult", Supplier, SupplierExists, given_ids=False)
UpdateSupplierResult = result("UpdateSupplierResult", Supplier, StaleVersion)


def show_supplier(facts: SupplierFacts) -> Supplier:
    return Supplier(
        id=strawberry.ID(encode("Supplier", facts.id)),
        code=facts.code,
        name=facts.name,
        country=facts.country,
        version=facts.version,
        created_at=facts.created_at,
    )

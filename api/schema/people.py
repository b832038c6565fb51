"""People as staff see them, and the roles that they hold."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from api.schema.second_factors import SecondFactors
from api.schema.suppliers import Supplier, show_supplier
from domain.identity.access.people import GrantFacts
from domain.identity.access.permissions import Permission as Known
from domain.identity.access.roles import RoleFacts
from domain.identity.errors import (
    AlreadyGranted,
    CannotGrant,
    HoldsMoreRights,
    LastAdministrator,
    RoleExists,
    RoleFixed,
    RoleInUse,
)
from domain.identity.queries import UserFacts
from domain.shared.errors import StaleVersion, not_found
from domain.shared.messages import text

_READ = "people.read"


@strawberry.type(directives=[Access(requires=PARENT)])
class Permission:
    name: str
    description: str = strawberry.field(description="What it allows, in the request's language.")


@strawberry.type(directives=[Access(requires=PARENT)], description="A set of permissions that people hold together.")
class Role(Node):
    id: strawberry.ID
    name: str
    permissions: list[str]
    per_supplier: bool = strawberry.field(description="It is only granted for one supplier.")
    built_in: bool = strawberry.field(description="It cannot be removed.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")


@strawberry.type(directives=[Access(requires=PARENT)], description="A role that somebody holds.")
class Grant:
    facts: strawberry.Private[GrantFacts]
    id: strawberry.ID
    user_id: strawberry.ID
    channel: str | None = strawberry.field(description="Only in this channel.")
    supplier_id: strawberry.ID | None = strawberry.field(description="Only for what is this supplier's.")
    created_at: datetime

    @field(PARENT)
    async def role(self, info: Info) -> Role:
        found = await info.context.loaders.role.load(self.facts.role_id)
        if found is None:
            raise not_found("Role", self.facts.role_id)
        return show_role(found)

    @field(PARENT, description="Null without a limit, and for who may not see this supplier.")
    async def supplier(self, info: Info) -> Supplier | None:
        if self.facts.supplier_id is None:
            return None
        found = await info.context.loaders.supplier.load(self.facts.supplier_id)
        return None if found is None else show_supplier(found)


@strawberry.type(directives=[Access(requires=PARENT)], description="Somebody, as staff see them.")
class Person:
    facts: strawberry.Private[UserFacts]
    id: strawberry.ID
    is_guest: bool
    is_suspended: bool
    is_erased: bool
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime

    @field(_READ, description="The confirmed address; guests and erased people have none.")
    def email(self) -> str | None:
        return self.facts.email

    @field(_READ)
    def name(self) -> str | None:
        return self.facts.name

    @field(_READ, description="ISO 3166-1 alpha-2.")
    def country(self) -> str | None:
        return self.facts.country

    @field(_READ)
    def language(self) -> str:
        return self.facts.language

    @field(_READ, description="Roles beside customer, which everybody holds; oldest first.")
    async def grants(self, info: Info) -> list[Grant]:
        return [show_grant(one) for one in await info.context.loaders.grants.load(self.facts.id)]

    @field(_READ)
    def second_factors(self) -> SecondFactors:
        return SecondFactors(user_id=self.facts.id)


@strawberry.type(directives=[Access(requires=PARENT)])
class RoleRevoked:
    grant_id: strawberry.ID


@strawberry.type(directives=[Access(requires=PARENT)])
class RoleRemoved:
    role_id: strawberry.ID


@strawberry.input(description="Every condition given must hold.")
class PeopleFilter:
    email: str | None = strawberry.field(default=None, description="The whole address; a guest's too.")
    role: str | None = strawberry.field(default=None, description="The name of a role that they hold, however limited.")
    supplier_id: strawberry.ID | None = strawberry.field(
        default=None, description="They hold a role for this supplier."
    )
    suspended: bool | None = None


@strawberry.input
class CreateRoleInput:
    name: str = strawberry.field(
        description="Lower-case letters, digits and underscores, at most 60. It never changes."
    )
    permissions: list[str]
    per_supplier: bool = strawberry.field(default=False, description="It is only granted for one supplier.")
    idempotency_key: str | None = None


@strawberry.input
class UpdateRoleInput:
    role_id: strawberry.ID
    permissions: list[str] = strawberry.field(description="The whole new set.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveRoleInput:
    role_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="Without a channel or supplier it is held everywhere.")
class GrantRoleInput:
    user_id: strawberry.ID
    role_id: strawberry.ID
    channel: str | None = None
    supplier_id: strawberry.ID | None = None
    idempotency_key: str | None = None


@strawberry.input
class RevokeRoleInput:
    grant_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input
class SuspensionInput:
    person_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateRoleResult = result("CreateRoleResult", Role, CannotGrant, RoleExists, given_ids=False)
UpdateRoleResult = result("UpdateRoleResult", Role, CannotGrant, RoleFixed, StaleVersion)
RemoveRoleResult = result("RemoveRoleResult", RoleRemoved, CannotGrant, RoleFixed, RoleInUse, StaleVersion)
GrantRoleResult = result("GrantRoleResult", Grant, CannotGrant, RoleFixed, AlreadyGranted)
RevokeRoleResult = result("RevokeRoleResult", RoleRevoked, CannotGrant, LastAdministrator)
SuspendPersonResult = result("SuspendPersonResult", Person, HoldsMoreRights, LastAdministrator, StaleVersion)
RestorePersonResult = result("RestorePersonResult", Person, HoldsMoreRights, StaleVersion)


def show_permission(known: Known, language: str) -> Permission:
    return Permission(name=known, description=text(f"PERMISSION.{known}", language))


def show_role(facts: RoleFacts) -> Role:
    return Role(
        id=strawberry.ID(encode("Role", facts.id)),
        name=facts.name,
        permissions=list(facts.permissions),
        per_supplier=facts.per_supplier,
        built_in=facts.built_in,
        version=facts.version,
    )


def show_grant(facts: GrantFacts) -> Grant:
    return Grant(
        facts=facts,
        id=strawberry.ID(encode("Grant", facts.id)),
        user_id=strawberry.ID(encode("User", facts.user_id)),
        channel=facts.channel,
        supplier_id=None if facts.supplier_id is None else strawberry.ID(encode("Supplier", facts.supplier_id)),
        created_at=facts.created_at,
    )


def show_person(facts: UserFacts) -> Person:
    return Person(
        facts=facts,
        id=strawberry.ID(encode("User", facts.id)),
        is_guest=facts.is_guest,
        is_suspended=facts.is_suspended,
        is_erased=facts.is_erased,
        version=facts.version,
        created_at=facts.created_at,
    )

"""Permissions, roles, and who is given which."""

from uuid import UUID

import strawberry

from api.access import PERSON, PUBLIC, SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection, connection, cursor, page_size, read_cursor, words
from api.schema.people import (
    CreateRoleInput,
    CreateRoleResult,
    Grant,
    GrantRoleInput,
    GrantRoleResult,
    Permission,
    RemoveRoleInput,
    RemoveRoleResult,
    RevokeRoleInput,
    RevokeRoleResult,
    Role,
    RoleRemoved,
    RoleRevoked,
    UpdateRoleInput,
    UpdateRoleResult,
    show_grant,
    show_permission,
    show_role,
)
from domain.identity.access import permissions
from domain.identity.access.edit_roles import CreateRole, RemoveRole, UpdateRole, create_role, remove_role, update_role
from domain.identity.access.give_role import RoleToGive
from domain.identity.access.grant_roles import GrantRole, RevokeRole, grant_role, revoke_role
from domain.identity.access.people import grants_by_id
from domain.identity.access.roles import RoleFacts, roles
from domain.shared.errors import not_found

_LIST = "roles"


@strawberry.type
class RolesQuery:
    @field(PUBLIC, description="Everything that may be allowed.")
    def permissions(self, info: Info) -> list[Permission]:
        return [show_permission(one, info.context.language) for one in permissions.Permission]

    @field(SIGNED_IN, description="By name, for who holds `roles.read` at least within a limit.")
    async def roles(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Role]:
        size, key = page_size(first), read_cursor(_LIST, after, (words,))
        found = await roles(info.context.viewer, first=size + 1, after=(key[0],) if key else None)
        nodes = [show_role(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


@strawberry.type
class RolesMutation:
    @mutation("roles.write", result=CreateRoleResult, description="Of permissions that one holds oneself.")
    async def create_role(self, info: Info, input: CreateRoleInput) -> Role:
        command = CreateRole(
            name=input.name,
            permissions=tuple(input.permissions),
            per_supplier=input.per_supplier,
            key=input.idempotency_key,
        )
        return await _shown_role(info, await create_role(info.context.viewer, command))

    @mutation(
        "roles.write",
        result=UpdateRoleResult,
        description="Takes hold within thirty seconds. One must hold what is in the old set and in the new one.",
    )
    async def update_role(self, info: Info, input: UpdateRoleInput) -> Role:
        command = UpdateRole(
            role_id=decode("Role", input.role_id, field="roleId"),
            permissions=tuple(input.permissions),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown_role(info, await update_role(info.context.viewer, command))

    @mutation("roles.write", result=RemoveRoleResult, description="Refused while anybody holds it.")
    async def remove_role(self, info: Info, input: RemoveRoleInput) -> RoleRemoved:
        role_id = decode("Role", input.role_id, field="roleId")
        removed = await remove_role(
            info.context.viewer, RemoveRole(role_id, input.expected_version, input.idempotency_key)
        )
        return RoleRemoved(role_id=strawberry.ID(encode("Role", removed)))

    @mutation(
        PERSON,
        result=GrantRoleResult,
        description="For who holds `roles.write`, and all that the role allows, within the same limits.",
    )
    async def grant_role(self, info: Info, input: GrantRoleInput) -> Grant:
        grant_id = await grant_role(info.context.viewer, GrantRole(_given(input), input.idempotency_key))
        found = await grants_by_id([grant_id])
        if grant_id not in found:
            raise not_found("Grant", grant_id)
        return show_grant(found[grant_id])

    @mutation(
        PERSON,
        result=RevokeRoleResult,
        description="Takes hold within five seconds. For who holds `roles.write`, and all that the person may do.",
    )
    async def revoke_role(self, info: Info, input: RevokeRoleInput) -> RoleRevoked:
        grant_id = decode("Grant", input.grant_id, field="grantId")
        revoked = await revoke_role(info.context.viewer, RevokeRole(grant_id, input.idempotency_key))
        return RoleRevoked(grant_id=strawberry.ID(encode("Grant", revoked)))


def _given(input: GrantRoleInput) -> RoleToGive:
    supplier_id = input.supplier_id and decode("Supplier", input.supplier_id, field="supplierId")
    return RoleToGive(
        user_id=decode("User", input.user_id, field="userId"),
        role_id=decode("Role", input.role_id, field="roleId"),
        channel=input.channel,
        supplier_id=supplier_id or None,
    )


async def _shown_role(info: Info, role_id: UUID) -> Role:
    found = await info.context.loaders.role.load(role_id)
    if found is None:
        raise not_found("Role", role_id)
    return show_role(found)


def _cursor(facts: RoleFacts) -> str:
    return cursor(_LIST, (facts.name,))

"""Roles, and who holds them for which part of the shop."""

from tortoise import fields
from tortoise.models import Model


class Role(Model):
    """A set of permissions. `per_supplier`: it can only be granted for one supplier. Built-in roles cannot be removed."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    permissions: list[str] = fields.JSONField()
    per_supplier = fields.BooleanField(default=False)
    built_in = fields.BooleanField(default=False)
    version = fields.IntField(default=1)

    class Meta:
        table = "role"


class RoleGrant(Model):
    """Somebody holds a role, everywhere or for one channel, one supplier, or one supplier in one channel."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField(
        "hanse.Role", db_index=True, on_delete=fields.RESTRICT
    )
    channel = fields.CharField(max_length=60, null=True)
    supplier: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "hanse.Supplier", null=True, on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = "role_grant"

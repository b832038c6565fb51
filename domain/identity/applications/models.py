"""Partners' programs and their keys."""

from tortoise import fields
from tortoise.models import Model


class Application(Model):
    """A partner's program. Its permissions are its scopes, everywhere or for one channel or supplier."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=200)
    scopes: list[str] = fields.JSONField()
    channel = fields.CharField(max_length=60, null=True)
    supplier: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "hanse.Supplier", null=True, on_delete=fields.RESTRICT
    )
    version = fields.IntField(default=1)
    created_by = fields.UUIDField(null=True)
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "application"


class ApplicationKey(Model):
    """The public half of a key with which an application signs its assertions (RFC 7523)."""

    id = fields.UUIDField(primary_key=True)
    application: fields.ForeignKeyRelation[Application] = fields.ForeignKeyField(
        "hanse.Application", db_index=True, on_delete=fields.CASCADE
    )
    kid = fields.CharField(max_length=100)
    algorithm = fields.CharField(max_length=20)
    public_pem = fields.TextField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)

    class Meta:
        table = "application_key"
        unique_together = (("application", "kid"),)


class ApiKey(Model):
    """A secret that an application sends as it is. Shown once, stored hashed, found by its visible prefix."""

    id = fields.UUIDField(primary_key=True)
    application: fields.ForeignKeyRelation[Application] = fields.ForeignKeyField(
        "hanse.Application", db_index=True, on_delete=fields.CASCADE
    )
    prefix = fields.CharField(max_length=20, unique=True)
    key_hash = fields.CharField(max_length=64)
    scopes: list[str] = fields.JSONField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"


class UsedAssertion(Model):
    """An assertion logs in once: its `jti` is kept until it would have expired."""

    id = fields.CharField(max_length=64, primary_key=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "used_assertion"

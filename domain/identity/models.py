"""People, suppliers, roles, devices, keys."""

from tortoise import fields
from tortoise.models import Model


class Supplier(Model):
    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=200)
    country = fields.CharField(max_length=2)
    created_at = fields.DatetimeField()

    class Meta:
        table = "supplier"


class Role(Model):
    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    permissions: list[str] = fields.JSONField()

    class Meta:
        table = "role"


class User(Model):
    """`email` is stored in lower case. Without a password hash nobody can log in as this user."""

    id = fields.UUIDField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=200, null=True)
    name = fields.CharField(max_length=200)
    country = fields.CharField(max_length=2, null=True)
    language = fields.CharField(max_length=20)
    currency = fields.CharField(max_length=3)
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField("hanse.Role", on_delete=fields.RESTRICT)
    supplier: fields.ForeignKeyNullableRelation[Supplier] = fields.ForeignKeyField(
        "hanse.Supplier", null=True, on_delete=fields.RESTRICT
    )
    external_id = fields.CharField(max_length=120, null=True, unique=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "users"


class Session(Model):
    """One device that is signed in: a family of refresh tokens, of which the newest works."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_reason = fields.CharField(max_length=30, null=True)

    class Meta:
        table = "session"


class RefreshToken(Model):
    id = fields.UUIDField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "hanse.Session", db_index=True, on_delete=fields.CASCADE
    )
    token_hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_token"


class SigningKey(Model):
    """`kid` names the key in tokens and receipts; the private half is encrypted under the master key."""

    id = fields.UUIDField(primary_key=True)
    kid = fields.CharField(max_length=60, unique=True)
    purpose = fields.CharField(max_length=20)
    algorithm = fields.CharField(max_length=20)
    public_pem = fields.TextField()
    private_encrypted = fields.TextField()
    created_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "signing_key"

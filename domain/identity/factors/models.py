"""What proves a person beside the password."""

from tortoise import fields
from tortoise.models import Model


class Totp(Model):
    """Time-based one-time passwords (RFC 6238). `last_step` is the newest step that was used: no code works twice.

    `failures`: wrong codes while it waits to be confirmed.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.OneToOneRelation[Model] = fields.OneToOneField("hanse.User", on_delete=fields.CASCADE)
    secret_sealed = fields.TextField()
    last_step = fields.BigIntField(default=0)
    failures = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "totp"


class RecoveryCode(Model):
    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    code_hash = fields.CharField(max_length=64, unique=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_code"


class Passkey(Model):
    """A WebAuthn credential, its id in base64url. `sign_count` as the authenticator said it last."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    credential_id = fields.CharField(max_length=1400, unique=True)
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField()
    label_sealed = fields.TextField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "passkey"


class PasskeyChallenge(Model):
    """What an authenticator is asked to sign, good once. Without a user it is for a log-in by passkey alone."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "hanse.User", null=True, on_delete=fields.CASCADE
    )
    challenge = fields.BinaryField()
    purpose = fields.CharField(max_length=10)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "passkey_challenge"

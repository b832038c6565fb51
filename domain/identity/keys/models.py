"""Keys that sign."""

from tortoise import fields
from tortoise.models import Model


class SigningKey(Model):
    """`kid` names the key in tokens and receipts; the private half is encrypted under the master key.

    It is published at once, signs from `active_from` until `retired_at`, and verifies until it is removed.
    """

    id = fields.UUIDField(primary_key=True)
    kid = fields.CharField(max_length=60, unique=True)
    purpose = fields.CharField(max_length=20)
    algorithm = fields.CharField(max_length=20)
    public_pem = fields.TextField()
    private_encrypted = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    active_from = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "signing_key"

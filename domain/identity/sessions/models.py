"""Devices that are signed in or about to be, and tokens that were cut off."""

from tortoise import fields
from tortoise.models import Model


class Session(Model):
    """One device that is signed in: a family of refresh tokens, of which the newest works.

    `methods` are the RFC 8176 names of how it signed in (pwd, otp, hwk, mail). Device and address lie under the
    person's key.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    methods: list[str] = fields.JSONField(default=list)
    device_sealed = fields.TextField(null=True)
    address_sealed = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
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


class Cutoff(Model):
    """Access tokens of this session, person or application that were issued before the moment are good no more."""

    subject_id = fields.UUIDField(primary_key=True)
    not_before = fields.DatetimeField()
    at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "cutoff"


class LogInAttempt(Model):
    """A log-in whose password was right and whose second factor is still to come.

    `code_failures` are those of six digits.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    failures = fields.IntField(default=0)
    code_failures = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "log_in_attempt"

"""Who did what, written in the transaction that did it, and chained afterwards."""

from tortoise import fields
from tortoise.models import Model


class AuditEntry(Model):
    """`serial` is the order of insertion; `position` the place in the chain, without gaps, given after commit.

    `before` and `after` are JSON texts exactly as they were sealed: `seal` is a keyed hash of the entry's own values, made
    when it was written; `chain_hash` covers it and the entry before. `actor_kind`: person, application, platform, nobody.
    """

    id = fields.UUIDField(primary_key=True)
    serial = fields.BigIntField(unique=True)
    position = fields.BigIntField(unique=True, null=True)
    at = fields.DatetimeField(db_index=True)
    actor_kind = fields.CharField(max_length=12)
    actor_id = fields.UUIDField(null=True)
    action = fields.CharField(max_length=60)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.UUIDField()
    before = fields.TextField(null=True)
    after = fields.TextField(null=True)
    network = fields.CharField(max_length=50)
    request_id = fields.CharField(max_length=80)
    seal = fields.CharField(max_length=64)
    chain_hash = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "audit_entry"
        indexes = (("subject_id", "at"), ("actor_id", "at"), ("action", "at"))


class AuditCheckpoint(Model):
    """The chain as it stood at one entry, signed for everybody and sealed for us."""

    id = fields.UUIDField(primary_key=True)
    position = fields.BigIntField(unique=True)
    chain_hash = fields.CharField(max_length=64)
    at = fields.DatetimeField()
    kid = fields.CharField(max_length=60)
    seal = fields.CharField(max_length=64)
    signature = fields.CharField(max_length=200)

    class Meta:
        table = "audit_checkpoint"

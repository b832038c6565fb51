"""The tables of the backbone."""

from tortoise import fields
from tortoise.models import Model


class EventRow(Model):
    """`serial` is the order of insertion; `position` the global order that the relay gives after commit, without gaps."""

    id = fields.UUIDField(primary_key=True)
    serial = fields.BigIntField(unique=True)
    position = fields.BigIntField(unique=True, null=True)
    kind = fields.CharField(max_length=60)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.UUIDField()
    sequence = fields.IntField()
    data: dict[str, object] = fields.JSONField()
    request_id = fields.CharField(max_length=80)
    occurred_at = fields.DatetimeField()

    class Meta:
        table = "event"
        indexes = (("subject_id", "position"),)


class InboxEntry(Model):
    id = fields.UUIDField(primary_key=True)
    event: fields.ForeignKeyRelation[EventRow] = fields.ForeignKeyField("hanse.EventRow", on_delete=fields.CASCADE)
    consumer = fields.CharField(max_length=80)
    attempts = fields.IntField(default=0)
    enqueued_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    dead_at = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)

    class Meta:
        table = "inbox_entry"
        unique_together = (("event", "consumer"),)


class IdempotencyKey(Model):
    id = fields.UUIDField(primary_key=True)
    actor = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=60)
    key = fields.CharField(max_length=200)
    fingerprint = fields.CharField(max_length=64)
    result_id = fields.UUIDField()
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "idempotency_key"
        unique_together = (("actor", "kind", "key"),)


class ScheduleEntry(Model):
    """When each periodic job was last started."""

    name = fields.CharField(max_length=60, primary_key=True)
    started_at = fields.DatetimeField()

    class Meta:
        table = "schedule_entry"


class Secret(Model):
    name = fields.CharField(max_length=40, primary_key=True)
    sealed = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "secret"

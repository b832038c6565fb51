"""Who did what, written in the transaction that did it."""

from tortoise import fields
from tortoise.models import Model


class AuditEntry(Model):
    id = fields.UUIDField(primary_key=True)
    at = fields.DatetimeField(db_index=True)
    actor_id = fields.UUIDField(null=True)
    action = fields.CharField(max_length=60)
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.UUIDField()
    before: dict[str, object] | None = fields.JSONField(null=True)
    after: dict[str, object] | None = fields.JSONField(null=True)
    request_id = fields.CharField(max_length=80)

    class Meta:
        table = "audit_entry"
        indexes = (("subject_id", "at"),)

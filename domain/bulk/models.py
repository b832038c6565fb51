"""Files on their way in or out."""

from tortoise import fields
from tortoise.models import Model


class BulkJob(Model):
    """`direction`: import or export. `subject`: products, prices, stock or translations. `format`: csv, jsonl or xlsx.
    `layout`: hanse or shopify. `on_error`: refuse_all, skip_rows or ignore_fields. State: waiting, running, done, failed
    or cancelled. Counts are rows of the file; `next_row` is where an import that was broken off goes on. `options` says
    where things go that the file does not place itself, and the language of the messages. `error` is a code.
    """

    id = fields.UUIDField(primary_key=True)
    direction = fields.CharField(max_length=6)
    subject = fields.CharField(max_length=12)
    format = fields.CharField(max_length=5)
    layout = fields.CharField(max_length=8)
    on_error = fields.CharField(max_length=14, null=True)
    language = fields.CharField(max_length=20, null=True)
    requested_by = fields.UUIDField()
    supplier_id = fields.UUIDField(null=True)
    options: dict[str, object] = fields.JSONField(db_default="{}")
    state = fields.CharField(max_length=10)
    file_path = fields.CharField(max_length=200, null=True)
    errors_path = fields.CharField(max_length=200, null=True)
    sha256 = fields.CharField(max_length=64, null=True)
    rows_total = fields.BigIntField(null=True)
    rows_done = fields.BigIntField(default=0)
    rows_changed = fields.BigIntField(default=0)
    rows_failed = fields.BigIntField(default=0)
    next_row = fields.BigIntField(default=0)
    error = fields.TextField(null=True)
    version = fields.IntField(default=1)
    requested_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bulk_job"
        indexes = (("requested_by", "requested_at", "id"), ("requested_at", "id"))


class BulkRowError(Model):
    """Something wrong with a row, kept until it becomes a line of the file of row errors. `number` is its place there."""

    id = fields.UUIDField(primary_key=True)
    job: fields.ForeignKeyRelation[BulkJob] = fields.ForeignKeyField("hanse.BulkJob", on_delete=fields.CASCADE)
    line = fields.BigIntField()
    number = fields.IntField()
    column_name = fields.TextField()
    rule = fields.TextField()
    message = fields.TextField()
    value = fields.TextField()

    class Meta:
        table = "bulk_row_error"
        indexes = (("job_id", "line", "number"),)

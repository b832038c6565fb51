"""What analysts ask for and get: segments and reports."""

from tortoise import fields
from tortoise.models import Model


class SegmentRun(Model):
    """One clustering. State: published or retired; at most one is published."""

    id = fields.UUIDField(primary_key=True)
    state = fields.CharField(max_length=12)
    seed = fields.IntField()
    parameters: dict[str, object] = fields.JSONField()
    metrics: dict[str, object] = fields.JSONField()
    data_cutoff = fields.DatetimeField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "segment_run"


class CustomerSegment(Model):
    """`name` is a key that the API translates; money is minor units of `currency`, the mean per customer."""

    id = fields.UUIDField(primary_key=True)
    run: fields.ForeignKeyRelation[SegmentRun] = fields.ForeignKeyField(
        "hanse.SegmentRun", db_index=True, on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=40)
    size = fields.IntField()
    recency_days = fields.FloatField()
    frequency = fields.FloatField()
    money_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)

    class Meta:
        table = "customer_segment"


class SegmentMember(Model):
    id = fields.BigIntField(primary_key=True)
    segment: fields.ForeignKeyRelation[CustomerSegment] = fields.ForeignKeyField(
        "hanse.CustomerSegment", db_index=True, on_delete=fields.CASCADE
    )
    customer: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.User", on_delete=fields.CASCADE)

    class Meta:
        table = "segment_member"


class Report(Model):
    """State: queued, running, done or failed. `progress` is 0 to 100."""

    id = fields.UUIDField(primary_key=True)
    requested_by: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=40)
    parameters: dict[str, object] = fields.JSONField()
    state = fields.CharField(max_length=10, default="queued")
    progress = fields.IntField(default=0)
    row_count = fields.IntField(null=True)
    csv_path = fields.CharField(max_length=300, null=True)
    csv_sha256 = fields.CharField(max_length=64, null=True)
    chart_path = fields.CharField(max_length=300, null=True)
    result: dict[str, object] | None = fields.JSONField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "report"

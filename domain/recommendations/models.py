"""Results of learning, kept by version; the published version is the one that answers."""

from tortoise import fields
from tortoise.models import Model


class RecommendationRun(Model):
    """State: training, published, retired, refused or failed. At most one run is published."""

    id = fields.UUIDField(primary_key=True)
    state = fields.CharField(max_length=12)
    seed = fields.IntField()
    parameters: dict[str, object] = fields.JSONField()
    metrics: dict[str, object] = fields.JSONField()
    data_cutoff = fields.DatetimeField(null=True)
    reason = fields.TextField(null=True)
    started_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recommendation_run"


class CustomerRecommendation(Model):
    """Parallel arrays, best first."""

    id = fields.BigIntField(primary_key=True)
    run: fields.ForeignKeyRelation[RecommendationRun] = fields.ForeignKeyField(
        "hanse.RecommendationRun", on_delete=fields.CASCADE
    )
    customer: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.User", on_delete=fields.CASCADE)
    product_ids: list[str] = fields.JSONField()
    scores: list[float] = fields.JSONField()

    class Meta:
        table = "customer_recommendation"
        unique_together = (("customer", "run"),)


class BoughtTogether(Model):
    """Parallel arrays, best first."""

    id = fields.BigIntField(primary_key=True)
    run: fields.ForeignKeyRelation[RecommendationRun] = fields.ForeignKeyField(
        "hanse.RecommendationRun", on_delete=fields.CASCADE
    )
    product: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Product", on_delete=fields.CASCADE)
    product_ids: list[str] = fields.JSONField()
    scores: list[float] = fields.JSONField()

    class Meta:
        table = "bought_together"
        unique_together = (("product", "run"),)

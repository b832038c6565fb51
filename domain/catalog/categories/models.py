"""The tree of categories. Names and descriptions stand among the texts."""

from tortoise import fields
from tortoise.models import Model


class Category(Model):
    id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=120, unique=True)
    parent: fields.ForeignKeyNullableRelation["Category"] = fields.ForeignKeyField(
        "hanse.Category", null=True, on_delete=fields.RESTRICT
    )
    position = fields.IntField(default=0)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "category"

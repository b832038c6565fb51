"""Pictures."""

from tortoise import fields
from tortoise.models import Model


class Media(Model):
    """State: waiting (to be fetched or made small), ready, failed. Its files lie under `media/<id>/`.

    `source_url` is where it was fetched from; `sha256` that of the bytes that came, `width` and `height` are theirs,
    turned upright. `files` are what was made of them, each `{size, width, height, bytes, sha256}`. `error` is the
    code of what was wrong. The alternative text stands among the texts.
    """

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Product", db_index=True, on_delete=fields.CASCADE
    )
    position = fields.IntField(default=0)
    state = fields.CharField(max_length=8)
    source_url = fields.TextField(null=True)
    sha256 = fields.CharField(max_length=64, null=True)
    media_type = fields.CharField(max_length=40, null=True)
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    files: list[dict[str, object]] = fields.JSONField(db_default="[]")
    error = fields.CharField(max_length=200, null=True)
    version = fields.IntField(db_default=1)
    created_at = fields.DatetimeField()

    class Meta:
        table = "media"

"""Every text of the catalogue, in every language."""

from tortoise import fields
from tortoise.models import Model


class CatalogText(Model):
    """One field of one thing in one language, for example the `name` of a product in `zh-Hans`.

    The text in the shop's language (setting `default_language`) is the source: its `source_digest` is null. A
    translation keeps the digest of the source that it was made from, and is stale when that is not the source's any more.
    `owner_kind`: product, category, product_type, attribute, choice, option, option_value or media.
    """

    id = fields.UUIDField(primary_key=True)
    owner_kind = fields.CharField(max_length=14)
    owner_id = fields.UUIDField()
    field = fields.CharField(max_length=80)
    language = fields.CharField(max_length=20)
    value = fields.TextField()
    source_digest = fields.CharField(max_length=32, null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "catalog_text"
        unique_together = (("owner_id", "field", "language"),)

"""What lists and search read."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.models import Model


class ProductListing(Model):
    """The read model: one row per product, with all that a list shows, filters and sorts by.

    The foreign key stands in a migration: Tortoise takes a relation that is the primary key for changed, always.
    `channels` are those in which it is live now, `stocked_in` those in which some variant can be bought. `category_path`
    is the category and all above it. `names` maps language to name; `prices` maps currency to the lowest price in minor
    units; `sold` counts units; `rating` is the mean of the published reviews in hundredths of a star. `media_id` is the
    first picture that is ready. `facets` are the `SearchFacet`s that it belongs to, `number_ids` those of its numbers and
    dates, whose values stand beside them in `number_values` (dates as days since the year 1). `document` holds the words
    of all languages, each behind its language (`en.shirt`; `en:shirts` as it is spelt in names); `heading` those of names
    (A) and of tags, options, attributes and categories (B), by which results are ranked. `indexed_at` is null when all
    that must be made anew.
    """

    product_id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=200)
    category_id = fields.UUIDField(db_index=True)
    category_path = ArrayField(element_type="uuid", db_default=[])
    supplier_id = fields.UUIDField(db_index=True)
    channels = ArrayField(element_type="text", db_default=[])
    stocked_in = ArrayField(element_type="text", db_default=[])
    names: dict[str, str] = fields.JSONField()
    prices: dict[str, int] = fields.JSONField()
    sold = fields.IntField(default=0)
    rating = fields.IntField(null=True)
    rating_count = fields.IntField(db_default=0)
    media_id = fields.UUIDField(null=True)
    created_at = fields.DatetimeField(db_index=True)
    facets = ArrayField(element_type="bigint", db_default=[])
    number_ids = ArrayField(element_type="bigint", db_default=[])
    number_values = ArrayField(element_type="float8", db_default=[])
    heading = TSVectorField(stored=False, null=True)
    document = TSVectorField(stored=False, null=True)
    indexed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "product_listing"


class SearchFacet(Model):
    """Something that products can be counted by. Its id follows from kind, code and value (`facet_ids.py`).

    `group_id` and `owner_id` are those whose texts name the facet's group and the facet; `group_label` and `label` stand in
    where there is none.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.CharField(max_length=12)
    code = fields.CharField(max_length=150)
    value = fields.CharField(max_length=300)
    group_id = fields.UUIDField(null=True)
    owner_id = fields.UUIDField(null=True)
    group_label = fields.CharField(max_length=150)
    label = fields.CharField(max_length=300)

    class Meta:
        table = "search_facet"


class SearchWord(Model):
    """A word that products are named by, without accents: what typos are compared with. `documents` is counted nightly."""

    id = fields.UUIDField(primary_key=True)
    language = fields.CharField(max_length=20)
    word = fields.CharField(max_length=60)
    documents = fields.IntField(default=1)

    class Meta:
        table = "search_word"
        unique_together = (("language", "word"),)

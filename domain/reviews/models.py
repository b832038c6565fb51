"""What buyers say of what they bought."""

from tortoise import fields
from tortoise.models import Model


class Review(Model):
    """One a buyer and product. State: pending, published or rejected. `rating` is 1 to 5.

    `body` is for everybody to read once it is published; `author_name` is what the buyer wants to be called there.
    """

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Product", on_delete=fields.CASCADE)
    author: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    rating = fields.IntField()
    title = fields.CharField(max_length=150)
    body = fields.TextField()
    author_name = fields.CharField(max_length=60)
    language = fields.CharField(max_length=20)
    state = fields.CharField(max_length=10, default="pending")
    note = fields.CharField(max_length=300, null=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "review"
        unique_together = (("author", "product"),)
        indexes = (("product_id", "state", "created_at", "id"), ("state", "created_at", "id"))

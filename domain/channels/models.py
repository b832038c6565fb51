"""Storefronts and markets."""

from tortoise import fields
from tortoise.models import Model


class Channel(Model):
    """Others refer to it by `name`, which never changes. The first of `currencies` and of `languages` is used where a
    request names none. `countries` are those it delivers to, by ISO 3166-1; none means everywhere.
    """

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    title = fields.CharField(max_length=120)
    currencies: list[str] = fields.JSONField()
    languages: list[str] = fields.JSONField()
    countries: list[str] = fields.JSONField()
    is_open = fields.BooleanField(default=True)
    position = fields.IntField(default=0)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()

    class Meta:
        table = "channel"

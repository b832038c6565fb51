"""People, what is known of them, and suppliers. The tables of each area stand in its own folder.

Columns named `..._sealed` hold personal data under the person's own key (`person_key`): once that is destroyed, nobody
can read them any more.
"""

from tortoise import fields
from tortoise.models import Model


class Supplier(Model):
    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=200)
    country = fields.CharField(max_length=2)
    version = fields.IntField(db_default=1)
    created_at = fields.DatetimeField()

    class Meta:
        table = "supplier"


class PersonKey(Model):
    """The data key of one person, sealed under the master key; null once it was destroyed."""

    person_id = fields.UUIDField(primary_key=True)
    sealed = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    destroyed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "person_key"


class User(Model):
    """Somebody who shops or works here. `email_hash` is keyed: it finds the address and does not tell it.

    Without a password hash nobody can log in by password. `invited_at` is set while an invitation waits for its first
    password. A guest has neither e-mail nor password; `contact_hash` is the
    unconfirmed address that the guest gave at checkout. Erased: the row stays for the books, with nothing personal in it.
    """

    id = fields.UUIDField(primary_key=True)
    email_hash = fields.CharField(max_length=64, null=True, unique=True)
    email_sealed = fields.TextField(null=True)
    contact_hash = fields.CharField(max_length=64, null=True)
    contact_sealed = fields.TextField(null=True)
    password_hash = fields.CharField(max_length=200, null=True)
    name_sealed = fields.TextField(null=True)
    phone_sealed = fields.TextField(null=True)
    tax_number_sealed = fields.TextField(null=True)
    country = fields.CharField(max_length=2, null=True)
    language = fields.CharField(max_length=20)
    currency = fields.CharField(max_length=3)
    is_guest = fields.BooleanField(default=False)
    external_id = fields.CharField(max_length=120, null=True, unique=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    invited_at = fields.DatetimeField(null=True)
    suspended_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "users"

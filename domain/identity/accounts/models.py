"""What waits for a mailed link."""

from tortoise import fields
from tortoise.models import Model


class Registration(Model):
    """A sign-up whose address is not confirmed yet. Its id becomes the user's; its data lie under that person's key.

    Confirming it makes the user of it and deletes it.
    """

    id = fields.UUIDField(primary_key=True)
    email_hash = fields.CharField(max_length=64, db_index=True)
    email_sealed = fields.TextField()
    name_sealed = fields.TextField()
    password_hash = fields.CharField(max_length=200)
    country = fields.CharField(max_length=2)
    language = fields.CharField(max_length=20)
    currency = fields.CharField(max_length=3)
    created_at = fields.DatetimeField()

    class Meta:
        table = "registration"


class MailLink(Model):
    """A link that was mailed, good once and for a while. The token in it is derived from `id`, and kept nowhere.

    `purpose`: confirm_registration, reset_password, change_email_old, change_email_new, accept_invitation. `subject_id`
    is what it is about (a registration, an e-mail change, a person), null where only the address was given.
    """

    id = fields.UUIDField(primary_key=True)
    purpose = fields.CharField(max_length=30)
    subject_id = fields.UUIDField(null=True, db_index=True)
    email_hash = fields.CharField(max_length=64, null=True, db_index=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mail_link"


class EmailChange(Model):
    """A change of address that both the old and the new one have to confirm. `session_id`: the device that asked for it."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    session_id = fields.UUIDField(null=True)
    old_email_sealed = fields.TextField()
    new_email_hash = fields.CharField(max_length=64)
    new_email_sealed = fields.TextField()
    old_confirmed_at = fields.DatetimeField(null=True)
    new_confirmed_at = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "email_change"

"""Consent, and requests about personal data."""

from tortoise import fields
from tortoise.models import Model


class Consent(Model):
    """Somebody agreed to a text in one version, or took that back."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    purpose = fields.CharField(max_length=40)
    text_version = fields.CharField(max_length=40)
    language = fields.CharField(max_length=20)
    given = fields.BooleanField()
    at = fields.DatetimeField()

    class Meta:
        table = "consent"


class PrivacyRequest(Model):
    """Somebody asked for a copy of what is known of a person, or that the person be forgotten.

    Kind: export or erasure; state: requested, done or refused. `requested_by` is the person, somebody of the staff, or
    null for the platform. The file, which lies under the person's key, is theirs who asked, until `expires_at`.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    requested_by = fields.UUIDField(null=True)
    kind = fields.CharField(max_length=10)
    state = fields.CharField(max_length=10)
    reason = fields.CharField(max_length=60, null=True)
    file_path = fields.CharField(max_length=300, null=True)
    requested_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True, db_index=True)

    class Meta:
        table = "privacy_request"

"""People and what is known of them, suppliers, roles, devices, keys, partner applications, privacy requests.

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


class Role(Model):
    """A set of permissions. `per_supplier`: it can only be granted for one supplier. Built-in roles cannot be removed."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    permissions: list[str] = fields.JSONField()
    per_supplier = fields.BooleanField(default=False)
    built_in = fields.BooleanField(default=False)
    version = fields.IntField(default=1)

    class Meta:
        table = "role"


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

    Without a password hash nobody can log in by password. A guest has neither e-mail nor password; `contact_hash` is the
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
    suspended_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "users"


class RoleGrant(Model):
    """Somebody holds a role, everywhere or for one channel, one supplier, or one supplier in one channel."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField(
        "hanse.Role", db_index=True, on_delete=fields.RESTRICT
    )
    channel = fields.CharField(max_length=60, null=True)
    supplier: fields.ForeignKeyNullableRelation[Supplier] = fields.ForeignKeyField(
        "hanse.Supplier", null=True, on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = "role_grant"


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
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
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


class AddressEntry(Model):
    """One address of a person's book. `sealed` is the address as JSON."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    sealed = fields.TextField()
    country = fields.CharField(max_length=2)
    is_default_delivery = fields.BooleanField(default=False)
    is_default_billing = fields.BooleanField(default=False)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "address_entry"


class Session(Model):
    """One device that is signed in: a family of refresh tokens, of which the newest works.

    `methods` are the RFC 8176 names of how it signed in (pwd, otp, hwk, mail). Device and address lie under the
    person's key.
    """

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    methods: list[str] = fields.JSONField(default=list)
    device_sealed = fields.TextField(null=True)
    address_sealed = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_reason = fields.CharField(max_length=30, null=True)

    class Meta:
        table = "session"


class RefreshToken(Model):
    id = fields.UUIDField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "hanse.Session", db_index=True, on_delete=fields.CASCADE
    )
    token_hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_token"


class Cutoff(Model):
    """Access tokens of this session, person or application that were issued before the moment are good no more."""

    subject_id = fields.UUIDField(primary_key=True)
    not_before = fields.DatetimeField()
    at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "cutoff"


class LogInAttempt(Model):
    """A log-in whose password was right and whose second factor is still to come."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    failures = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "log_in_attempt"


class Totp(Model):
    """Time-based one-time passwords (RFC 6238). `last_step` is the newest step that was used: no code works twice."""

    id = fields.UUIDField(primary_key=True)
    user: fields.OneToOneRelation[User] = fields.OneToOneField("hanse.User", on_delete=fields.CASCADE)
    secret_sealed = fields.TextField()
    last_step = fields.BigIntField(default=0)
    created_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "totp"


class RecoveryCode(Model):
    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    code_hash = fields.CharField(max_length=64, unique=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_code"


class Passkey(Model):
    """A WebAuthn credential, its id in base64url. `sign_count` as the authenticator said it last."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    credential_id = fields.CharField(max_length=1400, unique=True)
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField()
    label_sealed = fields.TextField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "passkey"


class PasskeyChallenge(Model):
    """What an authenticator is asked to sign, good once. Without a user it is for a log-in by passkey alone."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "hanse.User", null=True, on_delete=fields.CASCADE
    )
    challenge = fields.BinaryField()
    purpose = fields.CharField(max_length=10)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "passkey_challenge"


class SigningKey(Model):
    """`kid` names the key in tokens and receipts; the private half is encrypted under the master key.

    It is published at once, signs from `active_from` until `retired_at`, and verifies until it is removed.
    """

    id = fields.UUIDField(primary_key=True)
    kid = fields.CharField(max_length=60, unique=True)
    purpose = fields.CharField(max_length=20)
    algorithm = fields.CharField(max_length=20)
    public_pem = fields.TextField()
    private_encrypted = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    active_from = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "signing_key"


class Application(Model):
    """A partner's program. Its permissions are its scopes, everywhere or for one channel or supplier."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=200)
    scopes: list[str] = fields.JSONField()
    channel = fields.CharField(max_length=60, null=True)
    supplier: fields.ForeignKeyNullableRelation[Supplier] = fields.ForeignKeyField(
        "hanse.Supplier", null=True, on_delete=fields.RESTRICT
    )
    version = fields.IntField(default=1)
    created_by = fields.UUIDField(null=True)
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "application"


class ApplicationKey(Model):
    """The public half of a key with which an application signs its assertions (RFC 7523)."""

    id = fields.UUIDField(primary_key=True)
    application: fields.ForeignKeyRelation[Application] = fields.ForeignKeyField(
        "hanse.Application", db_index=True, on_delete=fields.CASCADE
    )
    kid = fields.CharField(max_length=100)
    algorithm = fields.CharField(max_length=20)
    public_pem = fields.TextField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)

    class Meta:
        table = "application_key"
        unique_together = (("application", "kid"),)


class ApiKey(Model):
    """A secret that an application sends as it is. Shown once, stored hashed, found by its visible prefix."""

    id = fields.UUIDField(primary_key=True)
    application: fields.ForeignKeyRelation[Application] = fields.ForeignKeyField(
        "hanse.Application", db_index=True, on_delete=fields.CASCADE
    )
    prefix = fields.CharField(max_length=20, unique=True)
    key_hash = fields.CharField(max_length=64)
    scopes: list[str] = fields.JSONField()
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"


class UsedAssertion(Model):
    """An assertion logs in once: its `jti` is kept until it would have expired."""

    id = fields.CharField(max_length=64, primary_key=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "used_assertion"


class Consent(Model):
    """Somebody agreed to a text in one version, or took that back."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
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
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
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

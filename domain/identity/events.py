"""What happened to people. Events are kept and sent to partners, so they hold no personal data."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class RegistrationStarted(Event):
    kind = "registration.started"
    subject_type = "registration"


@dataclass(frozen=True, kw_only=True)
class UserSignedUp(Event):
    """Somebody has an account, and proved that the address is theirs."""

    kind = "user.signed_up"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class ProfileUpdated(Event):
    kind = "user.profile_updated"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class GuestArrived(Event):
    """Somebody began to shop without an account."""

    kind = "user.guest_arrived"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class UserInvited(Event):
    kind = "user.invited"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """Whether there is such an account is found out later."""

    kind = "password_reset.requested"
    subject_type = "mail_link"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    kind = "user.password_changed"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class EmailChangeRequested(Event):
    kind = "email_change.requested"
    subject_type = "email_change"


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    kind = "email_change.completed"
    subject_type = "email_change"


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """Null limits: everywhere."""

    kind = "user.role_granted"
    subject_type = "user"
    role: str
    channel: str | None
    supplier_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    kind = "user.role_revoked"
    subject_type = "user"
    role: str
    channel: str | None
    supplier_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    kind = "user.suspended"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class UserRestored(Event):
    kind = "user.restored"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class RoleCreated(Event):
    kind = "role.created"
    subject_type = "role"
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleUpdated(Event):
    kind = "role.updated"
    subject_type = "role"
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleRemoved(Event):
    kind = "role.removed"
    subject_type = "role"
    role: str


@dataclass(frozen=True, kw_only=True)
class SupplierCreated(Event):
    kind = "supplier.created"
    subject_type = "supplier"


@dataclass(frozen=True, kw_only=True)
class SupplierUpdated(Event):
    kind = "supplier.updated"
    subject_type = "supplier"


@dataclass(frozen=True, kw_only=True)
class ApplicationRegistered(Event):
    kind = "application.registered"
    subject_type = "application"


@dataclass(frozen=True, kw_only=True)
class ApplicationUpdated(Event):
    kind = "application.updated"
    subject_type = "application"


@dataclass(frozen=True, kw_only=True)
class ApplicationDisabled(Event):
    kind = "application.disabled"
    subject_type = "application"


@dataclass(frozen=True, kw_only=True)
class ApplicationEnabled(Event):
    kind = "application.enabled"
    subject_type = "application"


@dataclass(frozen=True, kw_only=True)
class ApplicationKeyAdded(Event):
    kind = "application.key_added"
    subject_type = "application"
    key_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationKeyEnded(Event):
    """It works no more, or not for long."""

    kind = "application.key_ended"
    subject_type = "application"
    key_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    kind = "application.api_key_created"
    subject_type = "application"
    key_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApiKeyEnded(Event):
    """It works no more, or not for long."""

    kind = "application.api_key_ended"
    subject_type = "application"
    key_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    kind = "consent.given"
    subject_type = "consent"
    purpose: str
    text_version: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    kind = "consent.withdrawn"
    subject_type = "consent"
    purpose: str
    text_version: str


@dataclass(frozen=True, kw_only=True)
class PersonalDataRequested(Event):
    """Somebody asked for a copy of what is known of a person."""

    kind = "privacy.data_requested"
    subject_type = "privacy_request"


@dataclass(frozen=True, kw_only=True)
class ErasureRequested(Event):
    kind = "privacy.erasure_requested"
    subject_type = "privacy_request"


@dataclass(frozen=True, kw_only=True)
class PersonalDataReady(Event):
    """The copy waits to be fetched."""

    kind = "privacy.data_ready"
    subject_type = "privacy_request"


@dataclass(frozen=True, kw_only=True)
class ErasureRefused(Event):
    """Between the request and its carrying out something came in the way: `reason` is the refusal's code."""

    kind = "privacy.erasure_refused"
    subject_type = "privacy_request"
    reason: str


@dataclass(frozen=True, kw_only=True)
class UserErased(Event):
    """Nobody knows any more who this was."""

    kind = "user.erased"
    subject_type = "user"


@dataclass(frozen=True, kw_only=True)
class FactorAdded(Event):
    """`method`: totp or passkey."""

    kind = "factor.added"
    subject_type = "user"
    method: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Event):
    """`method`: totp, passkey, or all where staff took them away."""

    kind = "factor.removed"
    subject_type = "user"
    method: str

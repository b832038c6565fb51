"""What identity refuses. None of these carries an e-mail address: refusals are logged and shown."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.privacy.purposes import Purpose
from domain.shared.errors import DomainError


@dataclass(eq=False)
class AccountExists(DomainError):
    """Told only to those who may invite, and so may know."""

    code = "ACCOUNT_EXISTS"
    user_id: UUID


@dataclass(eq=False)
class LinkInvalid(DomainError):
    """A mailed link that is forged, expired, used before, or for something else: all answer alike."""

    code = "LINK_INVALID"


@dataclass(eq=False)
class WrongCredentials(DomainError):
    """The same for an address that nobody uses and for a wrong password."""

    code = "WRONG_CREDENTIALS"


@dataclass(eq=False)
class TooManyAttempts(DomainError):
    """On this account, whether there is one or not, or from this network address."""

    code = "TOO_MANY_ATTEMPTS"
    retry_after_seconds: int


@dataclass(eq=False)
class SessionEnded(DomainError):
    """The refresh token is unknown, expired, used before, or of a device that was signed out: all answer alike."""

    code = "SESSION_ENDED"


@dataclass(eq=False)
class TokenExpired(DomainError):
    code = "TOKEN_EXPIRED"


@dataclass(eq=False)
class TokenInvalid(DomainError):
    """The access token was not made here, was altered, or is meant for somebody else."""

    code = "TOKEN_INVALID"


@dataclass(eq=False)
class CannotGrant(DomainError):
    """Nobody grants or revokes what they do not hold themselves, in the same channel and for the same supplier."""

    code = "CANNOT_GRANT"
    permissions: tuple[str, ...]


@dataclass(eq=False)
class HoldsMoreRights(DomainError):
    """Nobody suspends, resets or erases somebody whose rights go beyond their own, which only who reads people is told."""

    code = "HOLDS_MORE_RIGHTS"
    permissions: tuple[str, ...]


@dataclass(eq=False)
class LastAdministrator(DomainError):
    """Without this person nobody would be left who may do everything, everywhere."""

    code = "LAST_ADMINISTRATOR"


@dataclass(eq=False)
class AlreadyGranted(DomainError):
    """The same role within the same limits."""

    code = "ALREADY_GRANTED"
    role_name: str


@dataclass(eq=False)
class RoleFixed(DomainError):
    """Built-in roles are not removed; the administrator holds everything, and everybody is a customer."""

    code = "ROLE_FIXED"
    role_name: str


@dataclass(eq=False)
class RoleExists(DomainError):
    code = "ROLE_EXISTS"
    role_name: str


@dataclass(eq=False)
class RoleInUse(DomainError):
    """Somebody holds the role, so it is not removed."""

    code = "ROLE_IN_USE"
    role_name: str


@dataclass(eq=False)
class SupplierExists(DomainError):
    code = "SUPPLIER_EXISTS"
    supplier_code: str


@dataclass(eq=False)
class AssertionRefused(DomainError):
    """A partner application's assertion. `rule` names what is wrong, once it is signed well; before that, only its form.

    An unknown client, a key that is not its own or has ended, and a bad signature are all `signature`.
    """

    code = "ASSERTION_REFUSED"
    rule: str


@dataclass(eq=False)
class ScopeNotGranted(DomainError):
    """The application asked for a scope that it was not given."""

    code = "SCOPE_NOT_GRANTED"


@dataclass(eq=False)
class KidTaken(DomainError):
    """The application has, or had, another key under this name."""

    code = "KID_TAKEN"
    kid: str


@dataclass(eq=False)
class TooManyKeys(DomainError):
    """The application has as many keys in use as it may; end one first."""

    code = "TOO_MANY_KEYS"
    most: int


@dataclass(eq=False)
class KeyEnded(DomainError):
    """The key works no more, so it cannot be rotated."""

    code = "KEY_ENDED"


@dataclass(eq=False)
class SecondFactorRequired(DomainError):
    """The password was right. `attempt` goes on with it for five minutes, by one of `methods`."""

    code = "SECOND_FACTOR_REQUIRED"
    attempt: str = field(repr=False)
    methods: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code} {self.methods}"


@dataclass(eq=False)
class LogInAttemptEnded(DomainError):
    """Unknown, expired, used, or with too many wrong tries; the password must be given again."""

    code = "LOG_IN_ATTEMPT_ENDED"


@dataclass(eq=False)
class WrongCode(DomainError):
    """Wrong, of another time, or used before: all answer alike."""

    code = "WRONG_CODE"
    field: str


@dataclass(eq=False)
class PasskeyRefused(DomainError):
    """The answer of the authenticator does not prove what was asked. Which check failed is told to nobody."""

    code = "PASSKEY_REFUSED"
    field: str


@dataclass(eq=False)
class RecentLogInNeeded(DomainError):
    """The log-in is too long ago for this; the password must be given too."""

    code = "RECENT_LOG_IN_NEEDED"
    field: str


@dataclass(eq=False)
class TotpAlreadyOn(DomainError):
    code = "TOTP_ALREADY_ON"


@dataclass(eq=False)
class NoSecondFactor(DomainError):
    """There is nothing that could be confirmed, renewed or switched off."""

    code = "NO_SECOND_FACTOR"


@dataclass(eq=False)
class TooManyPasskeys(DomainError):
    code = "TOO_MANY_PASSKEYS"
    most: int


@dataclass(eq=False)
class ConsentTextUnknown(DomainError):
    """No text for this purpose has this version."""

    code = "CONSENT_TEXT_UNKNOWN"
    purpose: Purpose
    text_version: str


@dataclass(eq=False)
class ConsentTextOutdated(DomainError):
    """A newer version of the text is in force, and that is the one to agree to."""

    code = "CONSENT_TEXT_OUTDATED"
    purpose: Purpose
    text_version: str
    version_in_force: str


@dataclass(eq=False)
class ConsentNotGiven(DomainError):
    """It was taken back, or refused, already."""

    code = "CONSENT_NOT_GIVEN"
    purpose: Purpose


@dataclass(eq=False)
class ConsentNeeded(DomainError):
    """The terms hold for as long as the account does; who no longer agrees asks for its erasure."""

    code = "CONSENT_NEEDED"
    purpose: Purpose


@dataclass(eq=False)
class AddressBookFull(DomainError):
    code = "ADDRESS_BOOK_FULL"
    max_entries: int

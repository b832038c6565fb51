"""What identity refuses. None of these carries an e-mail address: refusals are logged and shown."""

from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class EmailTaken(DomainError):
    code = "EMAIL_TAKEN"


@dataclass(eq=False)
class WrongCredentials(DomainError):
    """The same for an address that nobody uses and for a wrong password."""

    code = "WRONG_CREDENTIALS"


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

"""The base of every refusal, and the refusals that any context may raise."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar
from uuid import UUID

REFUSALS: list[type["DomainError"]] = []


@dataclass(eq=False)
class DomainError(Exception):
    """A refusal that the caller can act on: a code that never changes, and typed fields that say what was wrong.

    Its message in each language stands in `domain/shared/messages/` under the code.
    """

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            REFUSALS.append(cls)

    def fields(self) -> Mapping[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.code} {dict(self.fields())}"


@dataclass(eq=False)
class NotSignedIn(DomainError):
    code = "NOT_SIGNED_IN"


@dataclass(eq=False)
class NotAllowed(DomainError):
    code = "NOT_ALLOWED"
    permission: str


@dataclass(eq=False)
class SecondFactorNeeded(DomainError):
    """The viewer would be allowed to, but proved with one factor only who they are, where two are asked for."""

    code = "SECOND_FACTOR_NEEDED"


@dataclass(eq=False)
class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it: both answer alike."""

    code = "NOT_FOUND"
    kind: str
    id: UUID


@dataclass(eq=False)
class InvalidInput(DomainError):
    """A value breaks a rule. `field` is the path in the caller's input, list items by their number from 0, and what the
    input lacks by its name; `rule` is the name of the rule."""

    code = "INVALID_INPUT"
    field: str
    rule: str
    limit: str = ""


@dataclass(eq=False)
class StaleVersion(DomainError):
    """Somebody changed it since the caller read it."""

    code = "STALE_VERSION"
    expected: int
    current: int


@dataclass(eq=False)
class IdempotencyKeyReused(DomainError):
    """The key was used before with other input."""

    code = "IDEMPOTENCY_KEY_REUSED"
    key: str


@dataclass(eq=False)
class Busy(DomainError):
    """Too much at once; trying again later may work."""

    code = "BUSY"
    resource: str


def not_found(kind: str, id: UUID) -> NotFound:
    return NotFound(kind=kind, id=id)

"""Who is asking, and what they may do."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.errors import NotAllowed, NotSignedIn, SecondFactorNeeded


@dataclass(frozen=True)
class Limit:
    """Permissions that hold only for the things of one channel, of one supplier, or of both; None does not limit."""

    permissions: frozenset[str]
    channel: str | None = None
    supplier_id: UUID | None = None

    def covers(self, channel: str | None, suppliers: frozenset[UUID]) -> bool:
        """Whether a thing of this channel, with parts of these suppliers and no others, lies within the limit."""
        return self.channel in {None, channel} and (self.supplier_id is None or suppliers == {self.supplier_id})

    def touches(self, channel: str | None, suppliers: frozenset[UUID]) -> bool:
        """Whether some part of the thing lies within the limit."""
        return self.channel in {None, channel} and (self.supplier_id is None or self.supplier_id in suppliers)


@dataclass(frozen=True)
class Viewer:
    """The caller of a use case or query.

    A person has a `user_id`, a partner application an `application_id`; an anonymous caller and the platform itself have
    neither. `permissions` hold everywhere, those in `limits` within each limit. `needs_second_factor`: signed in with one
    factor where two are asked for, and so without the rights that their roles would give. `language` is that of messages,
    `accepted` are the languages (RFC 4647: language ranges) in which the caller reads the catalogue, best first.
    """

    user_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    limits: tuple[Limit, ...] = ()
    session_id: UUID | None = None
    application_id: UUID | None = None
    language: str = "en"
    accepted: tuple[str, ...] = ("*",)
    is_platform: bool = False
    is_guest: bool = False
    needs_second_factor: bool = False

    @property
    def actor_id(self) -> UUID | None:
        """Whoever acts: the person or the application."""
        return self.user_id or self.application_id

    def may(self, permission: str) -> bool:
        """Whether `permission` holds everywhere."""
        return self.is_platform or permission in self.permissions

    def may_for(self, permission: str, *, channel: str | None = None, suppliers: frozenset[UUID] = frozenset()) -> bool:
        """Whether `permission` holds for the whole of a thing of this channel and these suppliers."""
        return self.may(permission) or any(limit.covers(channel, suppliers) for limit in self.limited(permission))

    def limited(self, permission: str) -> tuple[Limit, ...]:
        """The limits within which `permission` holds."""
        return tuple(limit for limit in self.limits if permission in limit.permissions)

    def may_somewhere(self, permission: str) -> bool:
        """Whether `permission` holds everywhere, or at least within a limit."""
        return self.may(permission) or bool(self.limited(permission))

    def require(self, permission: str) -> None:
        """Raise NotSignedIn, SecondFactorNeeded or NotAllowed unless `permission` holds everywhere."""
        if not self.may(permission):
            raise self._refusal(permission)

    def require_for(
        self, permission: str, *, channel: str | None = None, suppliers: frozenset[UUID] = frozenset()
    ) -> None:
        """Raise NotSignedIn or NotAllowed unless `permission` holds for the whole of such a thing."""
        if not self.may_for(permission, channel=channel, suppliers=suppliers):
            raise self._refusal(permission)

    def require_somewhere(self, permission: str) -> None:
        """As `require`, unless `permission` holds at least within a limit; the row's rule says where."""
        if not self.may_somewhere(permission):
            raise self._refusal(permission)

    def signed_in(self) -> UUID:
        """The id of the person. Raises NotSignedIn for an anonymous caller, NotAllowed for an application."""
        if self.user_id is None:
            raise self._refusal("person")
        return self.user_id

    def account(self) -> UUID:
        """The id of the person, who has an account. Raises as `signed_in` does, and NotAllowed for a guest."""
        person_id = self.signed_in()
        if self.is_guest:
            raise self._refusal("account")
        return person_id

    def identified(self) -> UUID:
        """The id of the person or application. Raises NotSignedIn for anybody else."""
        if self.actor_id is None:
            raise NotSignedIn
        return self.actor_id

    def _refusal(self, permission: str) -> NotAllowed | NotSignedIn | SecondFactorNeeded:
        if self.actor_id is None:
            return NotSignedIn()
        return SecondFactorNeeded() if self.needs_second_factor else NotAllowed(permission=permission)


ANONYMOUS = Viewer()
PLATFORM = Viewer(is_platform=True)

"""Who is asking, and what they may do."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.errors import NotAllowed, NotSignedIn


@dataclass(frozen=True)
class Viewer:
    """The caller of a use case or query. `user_id` is None for an anonymous caller and for the platform itself."""

    user_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    supplier_id: UUID | None = None
    session_id: UUID | None = None
    language: str = "en"
    is_platform: bool = False

    def may(self, permission: str) -> bool:
        return self.is_platform or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotSignedIn or NotAllowed unless the viewer holds `permission`."""
        if self.may(permission):
            return
        if self.user_id is None:
            raise NotSignedIn
        raise NotAllowed(permission=permission)

    def signed_in(self) -> UUID:
        """The viewer's user id. Raises NotSignedIn for anybody else."""
        if self.user_id is None:
            raise NotSignedIn
        return self.user_id


ANONYMOUS = Viewer()
PLATFORM = Viewer(is_platform=True)

"""What there is in the shop that is walked through, all of it the owner's."""

from dataclasses import dataclass, field
from uuid import UUID

from api.ids import encode
from domain.shared.viewer import Viewer
from tests.architecture.access.parties import Party

PUBLIC_KINDS = frozenset(
    {"Product", "Variant", "Media", "Category", "Attribute", "Choice", "ProductType", "Supplier", "Channel"}
)
"""Whose ids anybody is shown, in the catalogue and as open channels."""

PRIVATE = (
    ("Channel", "closed"),
    ("Media", "failed"),
    ("Product", "draft"),
    ("Product", "refused"),
    ("Product", "waiting"),
    ("Review", "pending"),
    ("Review", "rejected"),
    ("Variant", "spare"),
)
"""Those of such kinds that are not for everybody, whatever is for all others of their kind."""


@dataclass
class World:
    """`ids` by kind and name; a name tells two of one kind apart."""

    parties: dict[str, Party] = field(default_factory=dict)
    ids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """What examples send besides ids."""

    def keep(self, kind: str, id: UUID, name: str = "") -> UUID:
        self.ids[kind, name] = id
        return id

    def id(self, kind: str, name: str = "") -> str:
        """Global."""
        return encode(kind, self.ids[kind, name])

    @property
    def owner(self) -> Viewer:
        return self.parties["owner"].viewer

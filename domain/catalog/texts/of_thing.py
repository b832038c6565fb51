"""All texts of one thing, for whoever may translate it."""

from dataclasses import dataclass
from uuid import UUID

from domain.catalog.texts.owners import may_translate, owners
from domain.catalog.texts.queries import StoredText, every_text
from domain.identity.access.permissions import Permission
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class TextsOfThing:
    """`version` is that of the thing, or of what it belongs to; 0 where nothing has one."""

    owner_kind: str
    owner_id: UUID
    version: int
    texts: tuple[StoredText, ...]


async def texts_of_thing(viewer: Viewer, owner_kind: str, owner_id: UUID) -> TextsOfThing | None:
    """None when there is no such thing, or the viewer may not translate it. Two statements.

    Raises NotSignedIn, NotAllowed.
    """
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    owner = (await owners([owner_id])).get(owner_id)
    if owner is None or owner.kind != owner_kind or not may_translate(viewer, owner):
        return None
    found = (await every_text([owner_id])).get(owner_id, [])
    return TextsOfThing(owner.kind, owner.id, owner.version, tuple(found))

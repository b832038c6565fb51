"""The pictures that products have, and the places of those that come by address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.catalog.media.rules import MAX_PER_PRODUCT, checked_url
from domain.shared.database import rows
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id

_LAST_PLACE = 1_000_000


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """`alt` is in the shop's language. Without `position` it comes behind the product's other pictures; the lowest comes
    first. `id` is that of the picture where it is new."""

    product_id: UUID
    url: str
    position: int | None = None
    alt: str | None = None
    id: UUID = field(default_factory=new_id)


@dataclass
class Picture:
    """One with an address, as it is to be. `is_due`: a worker is to fetch it; `version` is 0 where it is new."""

    id: UUID
    product_id: UUID
    url: str
    position: int
    version: int
    is_due: bool
    is_moved: bool = False


@dataclass
class Album:
    """The pictures of one product: those with an address, how many there are of any kind, and the last place taken."""

    by_url: dict[str, Picture] = field(default_factory=dict)
    pictures: int = 0
    last: int = -1

    def place(self, wanted: RemoteMedia) -> Picture:
        """The picture of this address, put into its place. Raises InvalidInput naming `url` or `position`, or
        `productId` for an album that is full."""
        if wanted.position is not None and not 0 <= wanted.position <= _LAST_PLACE:
            raise InvalidInput(field="position", rule="range", limit=f"0..{_LAST_PLACE}")
        url = checked_url(wanted.url, field="url")
        picture = self.by_url.get(url) or self._add(wanted, url)
        if wanted.position is not None and wanted.position != picture.position:
            picture.position, picture.is_moved = wanted.position, True
        self.last = max(self.last, picture.position)
        return picture

    def _add(self, wanted: RemoteMedia, url: str) -> Picture:
        if self.pictures >= MAX_PER_PRODUCT:
            raise InvalidInput(field="productId", rule="mediaFull", limit=str(MAX_PER_PRODUCT))
        self.pictures += 1
        self.by_url[url] = Picture(wanted.id, wanted.product_id, url, self.last + 1, version=0, is_due=True)
        return self.by_url[url]


async def albums(product_ids: Sequence[UUID]) -> dict[UUID, Album]:
    """Of products that are locked. One statement."""
    found = await rows(
        "SELECT id, product_id, source_url, position, state, version FROM media WHERE product_id = ANY($1)",
        list(product_ids),
    )
    made = {product_id: Album() for product_id in product_ids}
    for one in found:
        album = made[one["product_id"]]
        album.pictures += 1
        album.last = max(album.last, one["position"])
        if url := one["source_url"]:
            failed = one["state"] == "failed"
            album.by_url[url] = Picture(one["id"], one["product_id"], url, one["position"], one["version"], failed)
    return made

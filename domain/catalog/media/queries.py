"""Reading pictures, one statement each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from domain.catalog.media.kept_files import made_path
from domain.catalog.media.owners import owners
from domain.shared.database import row, rows
from domain.shared.settings import settings
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MediaSize:
    """`size` names it; a file has at most so many pixels on its longer side."""

    size: int
    width: int
    height: int
    url: str


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """`state`: waiting, ready or failed, then `error` is the code of what was wrong. `width` and `height` are the
    original's; `sizes` are what there is of it, smallest first. `alt` may be empty."""

    id: UUID
    product_id: UUID
    state: str
    position: int
    alt: str
    width: int | None
    height: int | None
    sizes: tuple[MediaSize, ...]
    source_url: str | None
    error: str | None
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ServedFile:
    path: str
    sha256: str


_SELECT = """
    SELECT m.id, m.product_id, m.state, m.position, m.width, m.height, m.files, m.source_url, m.error, m.version,
           m.created_at, coalesce(t.value, '') AS alt
    FROM media m LEFT JOIN LATERAL (
      SELECT value FROM catalog_text WHERE owner_id = m.id AND field = 'alt' AND language = ANY($1)
      ORDER BY array_position($1::text[], language::text) LIMIT 1) t ON TRUE"""


async def media_of(product_ids: Sequence[UUID], *, languages: Sequence[str] = ()) -> dict[UUID, list[MediaFacts]]:
    """The pictures of each product that are ready, in their order; products without one are missing.

    The alternative text is in the first of `languages` that it has, by default the shop's.
    """
    found = await rows(
        f"{_SELECT} WHERE m.product_id = ANY($2) AND m.state = 'ready' ORDER BY m.product_id, m.position, m.id",
        _languages(languages),
        list(product_ids),
    )
    grouped: dict[UUID, list[MediaFacts]] = defaultdict(list)
    for one in found:
        grouped[one["product_id"]].append(_facts(one))
    return dict(grouped)


async def media(media_ids: Sequence[UUID], *, languages: Sequence[str] = ()) -> dict[UUID, MediaFacts]:
    """Those of the pictures that are ready, by id."""
    found = await rows(f"{_SELECT} WHERE m.id = ANY($2) AND m.state = 'ready'", _languages(languages), list(media_ids))
    return {one["id"]: _facts(one) for one in found}


async def all_media_of(viewer: Viewer, product_id: UUID, *, languages: Sequence[str] = ()) -> list[MediaFacts] | None:
    """The product's pictures, those that wait or failed too, for who may change them; None for anybody else's product.

    Raises NotSignedIn or NotAllowed for who may change no product at all. Two statements.
    """
    if product_id not in await owners(viewer, [product_id]):
        return None
    found = await rows(
        f"{_SELECT} WHERE m.product_id = $2 ORDER BY m.position, m.id", _languages(languages), product_id
    )
    return [_facts(one) for one in found]


async def changed_media(viewer: Viewer, media_id: UUID, *, languages: Sequence[str] = ()) -> MediaFacts | None:
    """One picture in whatever state, for who may change it."""
    found = await row(f"{_SELECT} WHERE m.id = $2", _languages(languages), media_id)
    if found is None or found["product_id"] not in await owners(viewer, [found["product_id"]]):
        return None
    return _facts(found)


async def served_file(media_id: UUID, size: int) -> ServedFile | None:
    """Where one size of a picture that is ready lies, for whoever knows its address."""
    found = await row("SELECT files FROM media WHERE id = $1 AND state = 'ready'", media_id)
    made = [one for one in orjson.loads(found["files"]) if one["size"] == size] if found else []
    return ServedFile(made_path(media_id, made[0]["sha256"]), made[0]["sha256"]) if made else None


def _languages(given: Sequence[str]) -> list[str]:
    return list(given) or [settings().default_language]


def _facts(found: asyncpg.Record) -> MediaFacts:
    sizes = tuple(
        MediaSize(one["size"], one["width"], one["height"], f"/media/{found['id']}/{one['size']}.webp")
        for one in orjson.loads(found["files"])
    )
    plain = {name: value for name, value in found.items() if name != "files"}
    return MediaFacts(**plain, sizes=sizes)

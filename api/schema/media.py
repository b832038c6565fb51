"""Pictures of products as clients see them."""

from datetime import datetime
from enum import Enum

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from api.schema.uploads import Upload
from domain.catalog.media.alt_texts import AltText
from domain.catalog.media.queries import MediaFacts
from domain.shared.errors import StaleVersion


@strawberry.enum(description="WAITING: a worker fetches it or makes its sizes. FAILED: `error` says why.")
class MediaState(Enum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


@strawberry.type(directives=[Access(requires=PARENT)], description="One size of a picture, as WebP.")
class MediaSize:
    size: int = strawberry.field(description="160, 320, 640, 1280 or 2560: the longer side has at most so many pixels.")
    width: int
    height: int
    url: str = strawberry.field(description="A path of this server. What it answers never changes.")


@strawberry.type(directives=[Access(requires=PARENT)], description="A picture of a product.")
class Media(Node):
    id: strawberry.ID
    state: MediaState
    alt: str = strawberry.field(description="What it shows, in words; empty where nobody has said.")
    width: int | None = strawberry.field(description="Of the original, turned upright.")
    height: int | None
    sizes: list[MediaSize] = strawberry.field(description="Smallest first; empty until it is ready.")
    source_url: str | None = strawberry.field(description="Where it was fetched from. Shown to who may change it.")
    error: str | None = strawberry.field(
        description="Why there is no picture: UNREADABLE, UNSUPPORTED_TYPE, TOO_MANY_PIXELS, TOO_MUCH_MEMORY, TOO_SLOW, "
        "TOO_LARGE, ADDRESS_REFUSED, NOT_THERE, TOO_MANY_REDIRECTS, UNREACHABLE, SOURCE_LOST, TOO_MANY_ATTEMPTS."
    )
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime


@strawberry.type(directives=[Access(requires=PARENT)], description="All pictures of a product, in their order.")
class ProductMedia:
    product_id: strawberry.ID
    media: list[Media]


@strawberry.type(directives=[Access(requires=PARENT)])
class MediaRemoved:
    id: strawberry.ID


@strawberry.input(description="What a picture shows, in one language; an empty text removes it.")
class AltTextInput:
    language: str
    text: str = strawberry.field(description="One line, at most 500 characters.")


@strawberry.input
class AddProductMediaInput:
    product_id: strawberry.ID
    file: Upload = strawberry.field(description="JPEG, PNG, WebP, AVIF or GIF, at most 20 MB and 64 million pixels.")
    alt: list[AltTextInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input
class AddProductMediaFromUrlInput:
    product_id: strawberry.ID
    url: str = strawberry.field(description="http or https, at a public address. A worker fetches it soon.")
    alt: list[AltTextInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateMediaInput:
    media_id: strawberry.ID
    alt: list[AltTextInput] = strawberry.field(default_factory=list)
    position: int | None = strawberry.field(default=None, description="From 0, among the product's pictures.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ReorderMediaInput:
    product_id: strawberry.ID
    media_ids: list[strawberry.ID] = strawberry.field(description="All pictures of the product, in their new order.")
    idempotency_key: str | None = None


@strawberry.input
class RemoveMediaInput:
    media_id: strawberry.ID
    idempotency_key: str | None = None


AddProductMediaResult = result("AddProductMediaResult", Media)
AddProductMediaFromUrlResult = result("AddProductMediaFromUrlResult", Media)
UpdateMediaResult = result("UpdateMediaResult", Media, StaleVersion)
ReorderMediaResult = result("ReorderMediaResult", ProductMedia)
RemoveMediaResult = result("RemoveMediaResult", MediaRemoved)


def show_media(facts: MediaFacts, *, to_staff: bool = False) -> Media:
    return Media(
        id=strawberry.ID(encode("Media", facts.id)),
        state=MediaState(facts.state),
        alt=facts.alt,
        width=facts.width,
        height=facts.height,
        sizes=[MediaSize(size=one.size, width=one.width, height=one.height, url=one.url) for one in facts.sizes],
        source_url=facts.source_url if to_staff else None,
        error=facts.error,
        version=facts.version,
        created_at=facts.created_at,
    )


def read_alt(given: list[AltTextInput]) -> tuple[AltText, ...]:
    return tuple(AltText(one.language, one.text) for one in given)

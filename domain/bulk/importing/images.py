"""Pictures by their addresses: noted here, fetched by a worker."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from domain.bulk.importing.lookups import known_images
from domain.bulk.importing.numbers import Stored
from domain.bulk.importing.outcome import Outcome
from domain.bulk.layouts.drafts import ImageDraft, ProductDraft
from domain.bulk.problems import Problem
from domain.catalog.media.add_remote import add_remote_media
from domain.catalog.media.albums import RemoteMedia
from domain.catalog.products import store
from domain.catalog.products.change import ProductChange, VariantChange
from domain.catalog.products.states import Outcome as Became
from domain.catalog.products.states import StoredProduct
from domain.shared.errors import DomainError
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

Pictures: TypeAlias = Mapping[tuple[UUID, str], UUID]
"""By product and address."""


async def store_images(viewer: Viewer, stored: Sequence[Stored]) -> None:
    """Those that the products do not have from the same address, and which of them shows which variant. Addresses of this
    shop's own pictures, as its exports have them, are passed over.
    """
    wanted = [one for one in stored if _images(one[0])]
    if not wanted:
        return
    known = await known_images([product.id for _, product, _ in wanted])
    own = f"{settings().public_address}/media/"
    asked: dict[tuple[UUID, str], tuple[RemoteMedia, ImageDraft, Outcome]] = {}
    for draft, product, outcome in wanted:
        for image in _images(draft):
            place = (product.id, image.url)
            if place not in known and not image.url.startswith(own):
                asked.setdefault(place, (RemoteMedia(*place, image.position, image.alt), image, outcome))
    given = list(asked.values())
    done = await add_remote_media(viewer, [one for one, _, _ in given]) if given else []
    for answer, (remote, image, outcome) in zip(done, given, strict=True):
        if isinstance(answer, DomainError):
            outcome.problems.append(Problem(image.line, image.column, answer, image.url))
        else:
            known[remote.product_id, remote.url] = answer
            outcome.changed = True
    await _show_variants(viewer, wanted, known)


def _images(draft: ProductDraft) -> list[ImageDraft]:
    """The product's own first: these say place and words."""
    return draft.images + [one.image for one in draft.variants if one.image is not None]


async def _show_variants(viewer: Viewer, stored: Sequence[Stored], pictures: Pictures) -> None:
    wanted = [(one, change) for one in stored if (change := _change(one[0], one[1], pictures)).variants]
    answers = await store.store_products(viewer, [change for _, change in wanted]) if wanted else []
    for answer, ((draft, _, outcome), _) in zip(answers, wanted, strict=True):
        if isinstance(answer, DomainError):
            outcome.problems.append(Problem(draft.line, "", answer))
        elif answer.outcome is not Became.UNCHANGED:
            outcome.changed = True


def _change(draft: ProductDraft, product: StoredProduct, pictures: Pictures) -> ProductChange:
    variants = [
        VariantChange(variant_id=product.variant_ids[one.sku], media_id=pictures[product.id, one.image.url])
        for one in draft.variants
        if one.image is not None and (product.id, one.image.url) in pictures
    ]
    return ProductChange(product_id=product.id, variants=variants)

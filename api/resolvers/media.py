"""Adding, changing and removing pictures of products."""

from uuid import UUID

import strawberry

from api.access import SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.schema.media import (
    AddProductMediaFromUrlInput,
    AddProductMediaFromUrlResult,
    AddProductMediaInput,
    AddProductMediaResult,
    Media,
    MediaRemoved,
    ProductMedia,
    RemoveMediaInput,
    RemoveMediaResult,
    ReorderMediaInput,
    ReorderMediaResult,
    UpdateMediaInput,
    UpdateMediaResult,
    read_alt,
    show_media,
)
from api.storefront import storefront_of
from domain.catalog.media.add import (
    AddProductMedia,
    AddProductMediaFromUrl,
    add_product_media,
    add_product_media_from_url,
)
from domain.catalog.media.change import ReorderMedia, UpdateMedia, reorder_media, update_media
from domain.catalog.media.queries import all_media_of, changed_media
from domain.catalog.media.remove import RemoveMedia, remove_media
from domain.shared.errors import not_found

_WHO = "For who holds `catalogue.write` for the product's supplier."


@strawberry.type
class MediaQuery:
    @field(SIGNED_IN, description=f"All pictures of a product, those that wait or failed too. {_WHO}")
    async def product_media(self, info: Info, product_id: strawberry.ID) -> ProductMedia:
        return await _all_shown(info, decode("Product", product_id, field="productId"))


@strawberry.type
class MediaMutation:
    @mutation(SIGNED_IN, result=AddProductMediaResult, description=f"A picture that is sent along (multipart). {_WHO}")
    async def add_product_media(self, info: Info, input: AddProductMediaInput) -> Media:
        command = AddProductMedia(
            product_id=decode("Product", input.product_id, field="productId"),
            sha256=input.file.sha256,
            alt=read_alt(input.alt),
            key=input.idempotency_key,
        )
        return await _shown(info, await add_product_media(info.context.viewer, command, input.file))

    @mutation(
        SIGNED_IN,
        result=AddProductMediaFromUrlResult,
        description=f"A picture that is to be fetched. An address that the product has is not added twice. {_WHO}",
    )
    async def add_product_media_from_url(self, info: Info, input: AddProductMediaFromUrlInput) -> Media:
        command = AddProductMediaFromUrl(
            product_id=decode("Product", input.product_id, field="productId"),
            url=input.url,
            alt=read_alt(input.alt),
            key=input.idempotency_key,
        )
        return await _shown(info, await add_product_media_from_url(info.context.viewer, command))

    @mutation(SIGNED_IN, result=UpdateMediaResult, description=_WHO)
    async def update_media(self, info: Info, input: UpdateMediaInput) -> Media:
        command = UpdateMedia(
            media_id=decode("Media", input.media_id, field="mediaId"),
            alt=read_alt(input.alt),
            position=input.position,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await update_media(info.context.viewer, command))

    @mutation(SIGNED_IN, result=ReorderMediaResult, description=_WHO)
    async def reorder_media(self, info: Info, input: ReorderMediaInput) -> ProductMedia:
        command = ReorderMedia(
            product_id=decode("Product", input.product_id, field="productId"),
            media_ids=tuple(
                decode("Media", one, field=f"mediaIds.{number}") for number, one in enumerate(input.media_ids)
            ),
            key=input.idempotency_key,
        )
        return await _all_shown(info, await reorder_media(info.context.viewer, command))

    @mutation(SIGNED_IN, result=RemoveMediaResult, description=f"A worker deletes its files. {_WHO}")
    async def remove_media(self, info: Info, input: RemoveMediaInput) -> MediaRemoved:
        command = RemoveMedia(decode("Media", input.media_id, field="mediaId"), key=input.idempotency_key)
        removed = await remove_media(info.context.viewer, command)
        return MediaRemoved(id=strawberry.ID(encode("Media", removed)))


async def _shown(info: Info, media_id: UUID) -> Media:
    shop = await storefront_of(info)
    found = await changed_media(info.context.viewer, media_id, languages=shop.languages)
    if found is None:
        raise not_found("Media", media_id)
    return show_media(found, to_staff=True)


async def _all_shown(info: Info, product_id: UUID) -> ProductMedia:
    shop = await storefront_of(info)
    found = await all_media_of(info.context.viewer, product_id, languages=shop.languages)
    if found is None:
        raise not_found("Product", product_id)
    shown = [show_media(one, to_staff=True) for one in found]
    return ProductMedia(product_id=strawberry.ID(encode("Product", product_id)), media=shown)

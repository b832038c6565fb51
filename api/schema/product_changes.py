"""What clients give of products, as the domain takes it."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from api.ids import decode, decode_any
from api.schema.products import (
    AttributeInput,
    CreateProductInput,
    OptionInput,
    ProductTextInput,
    PublicationInput,
    PublishProductInput,
    StaffProductFilter,
    UpdateProductInput,
    UpdateVariantInput,
    VariantInput,
)
from domain.catalog.products.change import ProductChange, PublicationChange, VariantChange
from domain.catalog.products.staff_list import StaffFilter
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def read_new_product(given: CreateProductInput) -> ProductChange:
    return _product(given)


def read_product(given: UpdateProductInput) -> ProductChange:
    removed = given.remove_variants or []
    return _product(
        given,
        product_id=decode("Product", given.product_id, field="productId"),
        removed_variants=[
            decode("Variant", one, field=f"removeVariants.{number}") for number, one in enumerate(removed)
        ],
        expected_version=given.expected_version,
    )


def read_variant(given: VariantInput | UpdateVariantInput, path: str) -> VariantChange:
    """`path` is empty or ends with a dot."""
    return VariantChange(
        sku=given.sku,
        variant_id=_id("Variant", given.variant_id, f"{path}variantId"),
        options=None if given.options is None else _options(given.options, f"{path}options"),
        barcode=given.barcode,
        weight_grams=given.weight_grams,
        position=given.position,
        media_id=_id("Media", given.media_id, f"{path}mediaId"),
    )


def places(given: CreateProductInput | UpdateProductInput | PublishProductInput) -> dict[str, str]:
    """Where in the lists of `given` stands what the domain knows by channel, by language and field, or by code."""
    found = {
        f"publications.{one.channel}": f"publications.{number}" for number, one in enumerate(given.publications or [])
    }
    if isinstance(given, PublishProductInput):
        return found
    for number, text in enumerate(given.translations or []):
        found[f"translations.{text.language}.{text.field}"] = f"translations.{number}"
    return found | {
        f"attributes.{one.code}": f"attributes.{number}" for number, one in enumerate(given.attributes or [])
    }


def read_publications(given: Sequence[PublicationInput]) -> dict[str, PublicationChange]:
    told = [(one.channel, PublicationChange(status=one.status, live_from=one.live_from)) for one in given]
    return _once(told, "publications")


def read_staff_filter(given: StaffProductFilter) -> StaffFilter:
    return StaffFilter(
        status=given.status,
        channel=given.channel,
        approval=given.approval,
        supplier_id=_id("Supplier", given.supplier_id, "filter.supplierId"),
        category_id=_id("Category", given.category_id, "filter.categoryId"),
        product_type=given.product_type,
        text=given.text,
    )


def _product(given: CreateProductInput | UpdateProductInput, **more: object) -> ProductChange:
    variants = [read_variant(one, f"variants.{number}.") for number, one in enumerate(given.variants or [])]
    return ProductChange(
        supplier_id=_id("Supplier", given.supplier_id, "supplierId"),
        external_id=given.external_id,
        slug=given.slug,
        product_type=given.product_type,
        category_id=_id("Category", given.category_id, "categoryId"),
        attributes=_attributes(given.attributes or []),
        tags=given.tags,
        texts=_texts(given),
        variants=variants,
        publications=read_publications(given.publications or []),
        **more,  # type: ignore[arg-type] # what only one of the two has
    )


def _id(kind: str, given: str | None, field: str) -> UUID | None:
    return None if given is None else decode(kind, given, field=field)


def _options(given: Sequence[OptionInput], field: str) -> Mapping[str, str]:
    return _once([(one.name, one.value) for one in given], field)


def _attributes(given: Sequence[AttributeInput]) -> dict[str, object]:
    told: list[tuple[str, object]] = []
    for number, one in enumerate(given):
        if one.value is not None and one.reference is not None:
            raise InvalidInput(field=f"attributes.{number}", rule="either", limit="value, reference")
        reference = one.reference and decode_any(one.reference, field=f"attributes.{number}.reference")[1]
        told.append((one.code, reference or one.value))
    return _once(told, "attributes")


def _texts(given: CreateProductInput | UpdateProductInput) -> dict[tuple[str, str], str]:
    own = settings().default_language
    told = {("name", own): given.name, ("description", own): given.description}
    texts = {place: text for place, text in told.items() if text is not None}
    return texts | _once([_translation(*one, own) for one in enumerate(given.translations or [])], "translations")


def _translation(number: int, given: ProductTextInput, own: str) -> tuple[tuple[str, str], str]:
    if given.language == own:
        raise InvalidInput(field=f"translations.{number}.language", rule="sourceLanguage", limit=own)
    return (given.field, given.language), given.value


def _once(told: Sequence[tuple[K, V]], field: str) -> dict[K, V]:
    """Raises InvalidInput naming the first that is told again: nobody knows which was meant."""
    known: dict[K, V] = {}
    for number, (name, given) in enumerate(told):
        if name in known:
            shown = " ".join(name) if isinstance(name, tuple) else str(name)
            raise InvalidInput(field=f"{field}.{number}", rule="twice", limit=shown)
        known[name] = given
    return known

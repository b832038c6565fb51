"""Products as rows of the shop's own layout."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from domain.bulk.layouts.cells import kept_from_none
from domain.bulk.layouts.product_columns import OF_IMAGE, OF_VARIANT
from domain.bulk.layouts.products_out import ProductOut, VariantOut

_TEXTS = ("name", "description")


@dataclass(frozen=True)
class Width:
    """How many columns there are of those that differ between shops. The shop's own language comes first."""

    languages: Sequence[str]
    attributes: Sequence[str]
    channels: Sequence[str]
    options: int


def hanse_columns(width: Width) -> list[str]:
    first, *others = width.languages
    texts = [name if language == first else f"{name}.{language}" for language in (first, *others) for name in _TEXTS]
    return [
        "external_id",
        "slug",
        "supplier",
        "type",
        "category",
        "tags",
        *texts,
        *(f"attribute.{code}" for code in width.attributes),
        *(f"{name}.{channel}" for channel in width.channels for name in ("status", "live_from")),
        *(f"option{number}_{part}" for number in range(1, width.options + 1) for part in ("name", "value")),
        *OF_VARIANT,
        *OF_IMAGE,
    ]


def hanse_rows(product: ProductOut, width: Width) -> Iterator[dict[str, str]]:
    """A row a variant, and as many more as it has more pictures than those. What belongs to the product stands in the
    first; the others are known by external id and slug.
    """
    known = {"external_id": product.external_id, "slug": product.slug}
    whole = _whole(product, width)
    for variant, image in zip_longest(product.variants, product.images):
        row = known | whole
        if variant is not None:
            row |= _variant(variant)
        if image is not None:
            row |= {"image_url": image.url, "image_position": str(image.position), "image_alt": image.alt}
        yield row
        whole = {}


def tags_text(tags: Iterable[str]) -> str:
    return ", ".join(tags)


def _whole(product: ProductOut, width: Width) -> dict[str, str]:
    own = width.languages[0]
    row = {
        "supplier": product.supplier,
        "type": product.product_type,
        "category": product.category,
        "tags": kept_from_none(tags_text(product.tags)),
    }
    for (field, language), text in product.texts.items():
        row[field if language == own else f"{field}.{language}"] = text
    row |= {f"attribute.{code}": kept_from_none(value) for code, value in product.attributes.items()}
    for channel, (status, live_from) in product.publications.items():
        row[f"status.{channel}"] = status
        row[f"live_from.{channel}"] = live_from.isoformat() if live_from else ""
    return row


def _variant(variant: VariantOut) -> dict[str, str]:
    row = {
        "sku": variant.sku,
        "barcode": variant.barcode,
        "weight_grams": "" if variant.weight_grams is None else str(variant.weight_grams),
        "position": str(variant.position),
    }
    for number, (name, value) in enumerate(variant.options.items(), 1):
        row |= {f"option{number}_name": name, f"option{number}_value": value}
    return row

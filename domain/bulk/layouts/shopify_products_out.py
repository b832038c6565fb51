"""Products as rows of the CSV that Shopify's admin imports."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from domain.bulk.errors import FileUnusable
from domain.bulk.layouts.ground import Ground, Market
from domain.bulk.layouts.hanse_products_out import tags_text
from domain.bulk.layouts.html_text import html_of
from domain.bulk.layouts.paths import path_text
from domain.bulk.layouts.products_out import ProductOut, VariantOut
from domain.bulk.layouts.shopify_columns import OPTIONS, WRITTEN, metafield_column

_STATUSES = {"live": "active", "scheduled": "draft", "draft": "draft", "archived": "archived"}


def shopify_header(attributes: Sequence[str], markets: Sequence[Market]) -> list[str]:
    """Markets are all channels but the one that stands for the shop itself."""
    of_markets = [f"{name} / {one.title}" for one in markets for name in ("Included", "Price", "Compare At Price")]
    return [*WRITTEN[:-1], *(metafield_column(code) for code in attributes), *of_markets, WRITTEN[-1]]


def shopify_rows(product: ProductOut, ground: Ground, markets: Sequence[Market]) -> Iterator[dict[str, str]]:
    """A row a variant, and more for more pictures. Raises FileUnusable for more options than Shopify has."""
    if any(len(one.options) > len(OPTIONS) for one in product.variants):
        raise FileUnusable(rule="shopifyOptions", limit=product.slug)
    whole = _whole(product, ground, markets)
    for place, (variant, image) in enumerate(zip_longest(product.variants, product.images)):
        row = {"Handle": product.slug} | whole
        if variant is not None:
            row |= _variant(variant, ground, markets, first=place == 0)
        if image is not None:
            row |= {"Image Src": image.url, "Image Position": str(image.position + 1), "Image Alt Text": image.alt}
        yield row
        whole = {}


def _whole(product: ProductOut, ground: Ground, markets: Sequence[Market]) -> dict[str, str]:
    status, _ = product.publications.get(ground.channel, ("draft", None))
    row = {
        "Title": product.texts.get(("name", ground.language), ""),
        "Body (HTML)": html_of(product.texts.get(("description", ground.language), "")),
        "Vendor": product.supplier_name,
        "Product Category": path_text(product.category_path),
        "Type": product.product_type,
        "Tags": tags_text(product.tags),
        "Published": "true" if status == "live" else "false",
        "Status": _STATUSES[status],
        "Gift Card": "false",
    }
    row |= {metafield_column(code): value for code, value in product.attributes.items()}
    for market in markets:
        included, _ = product.publications.get(market.channel, ("draft", None))
        row[f"Included / {market.title}"] = "true" if included == "live" else "false"
    return row


def _variant(variant: VariantOut, ground: Ground, markets: Sequence[Market], *, first: bool) -> dict[str, str]:
    options = list(variant.options.items()) or [("Title", "Default Title")]
    price = variant.prices.get(ground.currency)
    row = {
        "Variant SKU": variant.sku,
        "Variant Grams": str(variant.weight_grams or 0),
        "Variant Inventory Tracker": "" if variant.on_hand is None else "shopify",
        "Variant Inventory Qty": "" if variant.on_hand is None else str(variant.on_hand),
        "Variant Inventory Policy": "deny",
        "Variant Fulfillment Service": "manual",
        "Variant Price": price.price if price else "",
        "Variant Compare At Price": price.compare_at if price else "",
        "Variant Requires Shipping": "true",
        "Variant Taxable": "true",
        "Variant Barcode": variant.barcode,
        "Variant Image": variant.image,
        "Variant Weight Unit": "g",
    }
    for number, (name, value) in enumerate(options, 1):
        row |= {f"Option{number} Name": name if first else "", f"Option{number} Value": value}
    for market in markets:
        found = variant.prices.get(market.currency) if market.currency != ground.currency else None
        row[f"Price / {market.title}"] = found.price if found else ""
        row[f"Compare At Price / {market.title}"] = found.compare_at if found else ""
    return row

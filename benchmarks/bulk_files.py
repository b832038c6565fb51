"""Files of products as a large shop would have them."""

import csv
from pathlib import Path

SUPPLIER = "bulk-bench"
CATEGORY = "bulk-bench"
_COLOURS = ("black", "white", "navy", "red", "olive")
_WORDS = ("linen", "cotton", "wool", "oak", "steel", "glass", "cork", "slate", "copper", "felt", "rattan", "silk")


def write_products(path: Path, *, products: int, variants: int) -> None:
    """In the shop's own layout: a row a variant, with options, a price and stock."""
    columns = [
        *("external_id", "slug", "supplier", "category", "tags", "name", "name.zh-Hans", "description", "status.main"),
        *("sku", "option1_name", "option1_value", "option2_name", "option2_value", "barcode", "weight_grams"),
        *("price.EUR", "compare_at_price.EUR", "stock.bulk-bench"),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number in range(products):
            whole = _product(number)
            for place in range(variants):
                writer.writerow({"external_id": f"bench-{number}", **whole, **_variant(number, place)})
                whole = {}


def _product(number: int) -> dict[str, str]:
    words = [_WORDS[(number * step) % len(_WORDS)] for step in (1, 5, 7)]
    name = f"{' '.join(words).title()} {number}"
    return {
        "slug": f"bench-{number}",
        "supplier": SUPPLIER,
        "category": CATEGORY,
        "tags": ", ".join(words),
        "name": name,
        "name.zh-Hans": f"商品 {number}",
        "description": f"{name} is made of {words[0]} and lasts. " * 4,
        "status.main": "live",
    }


def _variant(number: int, place: int) -> dict[str, str]:
    return {
        "sku": f"BENCH-{number}-{place}",
        "option1_name": "Colour",
        "option1_value": _COLOURS[place % len(_COLOURS)],
        "option2_name": "Size",
        "option2_value": str(place // len(_COLOURS)),
        "barcode": f"40{number:06d}{place:03d}",
        "weight_grams": str(100 + number % 900),
        "price.EUR": f"{5 + number % 90}.{place:02d}",
        "compare_at_price.EUR": f"{9 + number % 90}.95",
        "stock.bulk-bench": str(number % 50),
    }

"""The columns of the Livostyle fashion catalogue as those of the shop's own layout: a row a product, line for line.

The catalogue says of how many variants a product is, not which: each product has one here, at the lowest of its prices.
It says whether something is in stock, not how much: `IN_STOCK` units stand for that.
"""

import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from hanse.imports.refusal import ImportRefused

SUPPLIER: Final = "livostyle"
IN_STOCK: Final = 100
READ: Final = (
    "id",
    "handle",
    "title",
    "product_type",
    "category_full_path",
    "tags",
    "description",
    "price_min_usd",
    "in_stock_any",
)
DATA_SOURCE: Final = (
    "Data: Livostyle Women's Fashion Catalog (livostyle_catalog_2026), Arcada LLC, https://livostyle.com, MIT License."
)
_GZIP = b"\x1f\x8b"


def rewrite(source: Path, to: Path, *, warehouse: str, channel: str) -> int:
    """Write the catalogue in the shop's own layout and return how many rows it has. Raises ImportRefused."""
    columns = [
        *("external_id", "slug", "category_path", "tags", "name", "description", f"status.{channel}"),
        *("sku", "price.USD", f"stock.{warehouse}"),
    ]
    count = 0
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for given in _rows(source):
            writer.writerow(" ".join(cell.split()) for cell in _row(given))
            count += 1
    return count


def _row(given: dict[str, str]) -> list[str]:
    return [
        f"{SUPPLIER}:{given['id']}",
        given["handle"],
        given["category_full_path"] or given["product_type"] or "Other",
        ", ".join(tag.strip() for tag in given["tags"].split("|") if tag.strip()),
        given["title"],
        given["description"],
        "live",
        f"LIVO-{given['id']}",
        _price(given["price_min_usd"]),
        str(IN_STOCK if given["in_stock_any"] == "True" else 0),
    ]


def _price(text: str) -> str:
    """Without a digit beyond the cents that floating point may have left. What is no number stays, to be refused."""
    try:
        return str(Decimal(text).quantize(Decimal("0.01")))
    except InvalidOperation:
        return text


def _rows(source: Path) -> Iterator[dict[str, str]]:
    try:
        packed = _is_packed(source)
        with (
            gzip.open(source, "rt", encoding="utf-8", newline="")
            if packed
            else source.open(encoding="utf-8", newline="") as file
        ):
            reader = csv.DictReader(file, strict=True)
            if missing := [column for column in READ if column not in (reader.fieldnames or ())]:
                raise ImportRefused(f"{source}: is not the fashion catalogue: it lacks {', '.join(missing)}")
            yield from reader
    except (csv.Error, UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise ImportRefused(f"{source}: cannot be read: {error}") from error


def _is_packed(source: Path) -> bool:
    with source.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP

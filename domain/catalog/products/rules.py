"""What products and variants may be called, and in which form that is stored. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.shared.errors import InvalidInput
from domain.shared.printable import composed, printable_line

MAX_VARIANTS: Final = 2_000
MAX_OPTIONS: Final = 10
MAX_TAGS: Final = 250
MAX_WEIGHT: Final = 100_000_000
"""Grams."""

_LONGEST_SKU: Final = 80
_LONGEST_EXTERNAL_ID: Final = 120


def folded(text: str) -> str:
    """Two spellings of one thing are equal in this form."""
    return " ".join(text.split()).casefold()


def checked_sku(sku: str, *, field: str) -> str:
    return printable_line(sku, field=field, longest=_LONGEST_SKU)


def sku_key(sku: str) -> str:
    """The same for all spellings of one SKU."""
    return composed(sku, longest=_LONGEST_SKU).lower()


def checked_external_id(external_id: str) -> str:
    return printable_line(external_id, field="externalId", longest=_LONGEST_EXTERNAL_ID)


def external_key(external_id: str) -> str:
    """As it is stored, if it can be."""
    return composed(external_id, longest=_LONGEST_EXTERNAL_ID)


def checked_barcode(barcode: str, *, field: str) -> str | None:
    """None for the empty one, which removes it."""
    return printable_line(barcode, field=field, longest=60, shortest=0) or None


def checked_weight(grams: int, *, field: str) -> int | None:
    """None for 0, which removes it."""
    if not 0 <= grams <= MAX_WEIGHT:
        raise InvalidInput(field=field, rule="range", limit=f"0..{MAX_WEIGHT}")
    return grams or None


def checked_position(position: int, *, field: str) -> int:
    if not 0 <= position < 2**31:
        raise InvalidInput(field=field, rule="range", limit=f"0..{2**31 - 1}")
    return position


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Each once, whatever its case, in the spelling and at the place where it came first."""
    checked = [printable_line(tag, field=f"tags.{number}", longest=80) for number, tag in enumerate(tags)]
    once = {folded(tag): tag for tag in reversed(checked)}
    kept = tuple(sorted(once.values(), key=checked.index))
    if len(kept) > MAX_TAGS:
        raise InvalidInput(field="tags", rule="most", limit=str(MAX_TAGS))
    return kept


def checked_options(options: Mapping[str, str], *, field: str) -> dict[str, str]:
    if len(options) > MAX_OPTIONS:
        raise InvalidInput(field=field, rule="most", limit=str(MAX_OPTIONS))
    checked = {
        printable_line(name, field=f"{field}.{number}.name", longest=60): printable_line(
            value, field=f"{field}.{number}.value", longest=100
        )
        for number, (name, value) in enumerate(options.items())
    }
    if len({folded(name) for name in checked}) < len(options):
        raise InvalidInput(field=field, rule="twice", limit=", ".join(options))
    return checked

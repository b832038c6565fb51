"""What an imported product is called. Pure."""

import re
import unicodedata
from functools import lru_cache

_MAX_NAME = 300
_SMALL_WORDS = frozenset({"a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_ABBREVIATIONS = frozenset({"3D", "BBQ", "CD", "DIY", "DVD", "LCD", "LED", "TV", "UK", "USA", "USB", "XL", "XXL"})
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MEASURE = re.compile(r"[0-9X]*[0-9](CM|MM|M|KG|G|GM|ML|L|PC|PCS)")


@lru_cache(maxsize=16_384)
def tidy(description: str) -> str:
    """A name to show: `WHITE HANGING HEART T-LIGHT HOLDER` becomes `White Hanging Heart T-Light Holder`.

    Empty when there are fewer than three letters: "?" and "." name nothing.
    """
    printable = "".join(char if char.isprintable() else " " for char in description)
    text = " ".join(printable.split()).strip(" *,.;:-")
    if sum(map(str.isalpha, text)) < 3:
        return ""
    titled = _TOKEN.sub(lambda found: _cased(found[0], is_first=found.start() == 0), text)
    return (titled[:1].upper() + titled[1:])[:_MAX_NAME].rstrip()


def slug(name: str, code: str) -> str:
    """The product's part of an address. Unique, because it ends in the code, which has no hyphen."""
    ascii_name = unicodedata.normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
    return f"{words[:150].strip('-')}-{code.lower()}".lstrip("-")


def _cased(token: str, *, is_first: bool) -> str:
    upper = token.upper()
    if upper in _ABBREVIATIONS:
        return upper
    if token.lower() in _SMALL_WORDS:
        return token.capitalize() if is_first else token.lower()
    if _MEASURE.fullmatch(upper):
        return token.lower()
    mostly_capitals = token.isupper() or (len(token) > 3 and sum(map(str.islower, token)) == 1)
    return token.capitalize() if mostly_capitals else token

"""SKUs for variants that have none where they come from: the same ones whenever the file is read."""

import hashlib
import re
from collections.abc import Iterable

_LONGEST = 80


def made_sku(product: str, values: Iterable[str]) -> str:
    """For example `wool-hat-red-m`, of a product's address and the values of its options."""
    whole = "-".join([product, *values])
    plain = re.sub(r"[\W_]+", "-", whole.casefold()).strip("-")
    if len(plain) <= _LONGEST:
        return plain
    return f"{plain[: _LONGEST - 9]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"

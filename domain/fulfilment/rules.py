"""What a parcel's label may say."""

from domain.shared.errors import InvalidInput

MAX_CARRIER = 60
MAX_TRACKING_NUMBER = 120


def checked_label(text: str, *, field: str, longest: int) -> str:
    """`text` without the blanks around it. Raises InvalidInput when that is empty, too long or not printable."""
    label = text.strip()
    if not 0 < len(label) <= longest:
        raise InvalidInput(field=field, rule="length", limit=f"1..{longest}")
    if not label.isprintable():
        raise InvalidInput(field=field, rule="printable")
    return label

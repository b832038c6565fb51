"""What consent is asked for."""

from enum import StrEnum


class Purpose(StrEnum):
    """The terms hold for as long as the account does; the others are free, and can be taken back."""

    TERMS = "terms"
    MARKETING = "marketing"
    ANALYTICS = "analytics"

"""What a person may be called and how they may log in: pure checks that return the form to store."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from domain.shared.errors import InvalidInput
from domain.shared.messages import LANGUAGES

MAX_NAME = 200
MAX_EMAIL = 254
PASSWORD_LENGTH = (8, 128)


def checked_email(address: str) -> str:
    """The address in lower case, Unicode-normalised. Raises InvalidInput when mail could not be sent to it."""
    found = email_key(address)
    if found is None:
        raise InvalidInput(field="email", rule="email")
    return found


def email_key(address: str) -> str | None:
    """The form under which an address is stored and found, or None when no address can look like this."""
    try:
        known = validate_email(address, check_deliverability=False, strict=True).normalized.lower()
    except EmailNotValidError:
        return None
    return known if len(known) <= MAX_EMAIL else None


def checked_name(name: str) -> str:
    """1 to 200 characters without control characters, so that a name can stand in a mail's header."""
    known = unicodedata.normalize("NFC", name).strip() if len(name) <= MAX_NAME * 4 else ""
    if not 1 <= len(known) <= MAX_NAME:
        raise InvalidInput(field="name", rule="length", limit=f"1..{MAX_NAME}")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in known):
        raise InvalidInput(field="name", rule="printable")
    return known


def checked_password(password: str) -> str:
    """8 to 128 characters, counted and returned after NFKC, so that every keyboard's way to type them is the same."""
    known = password_key(password)
    if known is None:
        low, high = PASSWORD_LENGTH
        raise InvalidInput(field="password", rule="length", limit=f"{low}..{high}")
    return known


def password_key(password: str) -> str | None:
    """The form of a password that is hashed, or None when no stored password can look like this."""
    low, high = PASSWORD_LENGTH
    if len(password) > high * 4 or any("\ud800" <= character <= "\udfff" for character in password):
        return None
    known = unicodedata.normalize("NFKC", password)
    return known if low <= len(known) <= high else None


def checked_language(code: str) -> str:
    if code not in LANGUAGES:
        raise InvalidInput(field="language", rule="oneOf", limit=", ".join(LANGUAGES))
    return code


def checked_shop_currency(code: str, offered: tuple[str, ...]) -> str:
    if code not in offered:
        raise InvalidInput(field="currency", rule="oneOf", limit=", ".join(offered))
    return code

"""What a person may be called and how they may log in: pure checks that return the form to store."""

import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from domain.identity.accounts.lookalikes import INVISIBLE, passes_for_another
from domain.shared.errors import InvalidInput
from domain.shared.messages import LANGUAGES
from domain.shared.settings import settings

MAX_NAME = 200
MAX_EMAIL = 254
PASSWORD_LENGTH = (8, 128)

_UNPRINTABLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def checked_email(address: str, *, field: str = "email") -> str:
    """The address that mail goes to: the domain in one form, the rest as written. Raises InvalidInput: email, lookalike.

    `email`: no address that gets mail looks so. `lookalike`: it could pass for another one (`lookalikes`).
    """
    found = _validated(address)
    if found is None:
        raise InvalidInput(field=field, rule="email")
    if passes_for_another(f"{_folded(found.local_part)}@{found.domain}"):
        raise InvalidInput(field=field, rule="lookalike")
    return found.normalized


def email_key(address: str) -> str | None:
    """The form by which an address is found, or None when no address can look like this.

    The local part NFKC and case-folded, so that nobody has a second account by writing it otherwise; the domain in ASCII
    (Punycode), in which names that look alike differ. What `checked_email` gives has the same key.
    """
    found = _validated(address)
    return None if found is None else f"{_folded(found.local_part)}@{found.ascii_domain}"


def mailbox(address: str) -> str | None:
    """An address as it is named to mail servers, its domain in ASCII; None when no mail can go there."""
    found = _validated(address)
    return None if found is None else f"{found.local_part}@{found.ascii_domain}"


def checked_name(name: str) -> str:
    """1 to 200 characters on one line, none invisible, so that a name can stand in a mail's header and is what it seems.

    Joiners stay: Persian and the languages of India are written with them.
    """
    known = unicodedata.normalize("NFC", name).strip() if len(name) <= MAX_NAME * 4 else ""
    if not 1 <= len(known) <= MAX_NAME:
        raise InvalidInput(field="name", rule="length", limit=f"1..{MAX_NAME}")
    if any(_is_unprintable(character) for character in known):
        raise InvalidInput(field="name", rule="printable")
    return known


def checked_password_length(password: str, *, field: str = "password") -> str:
    """8 to 128 characters, counted and returned after NFKC, so that every keyboard's way to type them is the same."""
    known = password_key(password)
    if known is None:
        low, high = PASSWORD_LENGTH
        raise InvalidInput(field=field, rule="length", limit=f"{low}..{high}")
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


def _validated(address: str) -> ValidatedEmail | None:
    """Outside production addresses under .test, which no mail reaches, are good too.

    `=?` begins an encoded word (RFC 2047): mail programs may read something else there, a line break for example.
    """
    if len(address) > MAX_EMAIL * 4 or "=?" in address:
        return None
    private = settings().environment != "production"
    try:
        found = validate_email(address, check_deliverability=False, strict=True, test_environment=private)
    except EmailNotValidError:
        return None
    return found if len(found.normalized) <= MAX_EMAIL else None


def _folded(local_part: str) -> str:
    """NFKC_Casefold of UTS 39 and UAX 31: folding may undo the normal form, so that it is made again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local_part).casefold())


def _is_unprintable(character: str) -> bool:
    joins = character in "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    return character in INVISIBLE or (not joins and unicodedata.category(character) in _UNPRINTABLE)

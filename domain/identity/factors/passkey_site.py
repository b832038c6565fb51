"""The site to which passkeys belong, and reading what browsers send for them."""

from binascii import Error as Base64Error
from typing import Final
from urllib.parse import urlsplit

from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

from domain.shared.errors import InvalidInput
from domain.shared.settings import settings

MOST_PASSKEYS: Final = 20
"""Of one person."""
MOST_CHARACTERS: Final = 20_000
LABEL_SEALED_AS: Final = "passkey label"

UNREADABLE: Final = (
    WebAuthnException,
    Base64Error,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library raises for answers that nobody's authenticator would give."""


def origins() -> list[str]:
    """The origins of pages on which passkeys may be used: those that may call the API, the storefront, the API's own."""
    known = settings()
    storefront = urlsplit(known.storefront_url)
    given = [*known.allowed_origins, f"{storefront.scheme}://{storefront.netloc}", known.public_url]
    own = "" if known.environment == "production" else f"http://localhost:{known.port}"
    return [one for one in dict.fromkeys([*given, own]) if one]


def checked_json(response: str) -> str:
    """Raises InvalidInput for what is too long to be an authenticator's answer."""
    if not 1 <= len(response) <= MOST_CHARACTERS:
        raise InvalidInput(field="response", rule="length", limit=f"1..{MOST_CHARACTERS}")
    return response


def is_framed(client_data: bytes) -> bool:
    """Whether the page stood inside one of another origin, where it is easily clicked without being seen."""
    return bool(parse_client_data_json(client_data).cross_origin)

"""What a picture may be, and what is made of it."""

import re
from typing import Final

import httpx

from domain.shared.errors import InvalidInput

SIZES: Final = (160, 320, 640, 1280, 2560)
"""The longer side, in pixels, of what is made. Nothing is enlarged: a small picture fills the next larger size as it is."""

MAX_BYTES: Final = 20 * 1_048_576
MAX_PIXELS: Final = 64_000_000
MAX_PER_PRODUCT: Final = 250
MEDIA_TYPES: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/gif": "GIF",
}
"""Those that are taken, by what Pillow calls them. No SVG: it is a program as much as a picture."""

HEAD: Final = 32
"""Bytes from which `sniffed` tells a type."""

_LONGEST_URL: Final = 2_000
_HOST: Final = re.compile(
    rb"(?=.{1,253}$)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*"
)
"""A name whose parts can be looked up, or an address."""

_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
    (4, b"ftypmif1", "image/avif"),
)


def sniffed(head: bytes) -> str | None:
    """The media type that the first bytes show, whatever the sender said; None when it is none that is taken."""
    return next((kind for start, mark, kind in _SIGNATURES if head[start : start + len(mark)] == mark), None)


def checked_url(url: str, *, field: str) -> str:
    """The address in its normal form. Raises InvalidInput unless it names a host by http or https, and no password.

    Whether the host may be asked is found out when it is (`reach.py`): its name may mean another address then.
    """
    if not 0 < len(url) <= _LONGEST_URL:
        raise InvalidInput(field=field, rule="length", limit=f"1..{_LONGEST_URL}")
    try:
        known = httpx.URL(url.strip())
    except httpx.InvalidURL:
        raise InvalidInput(field=field, rule="webAddress") from None
    if not is_web_address(known):
        raise InvalidInput(field=field, rule="webAddress")
    return str(known.copy_with(fragment=None))


def is_web_address(url: httpx.URL) -> bool:
    """Whether it names a host, and a port that there is, by http or https, and no password."""
    is_port = url.port is None or 0 < url.port < 65_536
    return url.scheme in {"http", "https"} and bool(_HOST.fullmatch(url.raw_host)) and is_port and not url.userinfo

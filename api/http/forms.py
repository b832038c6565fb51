"""Reads small forms (`application/x-www-form-urlencoded`) by the rules of OAuth 2.0, RFC 6749, sections 3.2 and B."""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_BYTES = 16_384
_MAX_FIELDS = 20
_PATIENCE_SECONDS = 10.0


class FormRefused(Exception):
    """The text is for the sender, in ASCII; `status` is the HTTP status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


async def read_form(request: Request) -> dict[str, str]:
    """Each parameter once; one without a value counts as omitted. Raises FormRefused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind != "application/x-www-form-urlencoded" or encoding != "identity":
        raise FormRefused("The body must be application/x-www-form-urlencoded, not compressed.", 415)
    try:
        sent = (await _body(request)).decode("ascii")
        pairs = parse_qsl(sent, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise FormRefused(f"The body is no form of at most {_MAX_FIELDS} parameters in UTF-8.") from None
    if len(dict(pairs)) < len(pairs):
        raise FormRefused("A parameter is given more than once.")
    return {name: given for name, given in pairs if given}


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise FormRefused(f"The body may have {MAX_BYTES} bytes at most.", 413)
    except TimeoutError:
        raise FormRefused(f"The body took longer than {_PATIENCE_SECONDS:g} seconds.", 408) from None
    return bytes(body)

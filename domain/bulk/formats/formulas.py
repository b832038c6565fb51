"""Text that a spreadsheet would run as a formula, made harmless and back (OWASP, CSV injection)."""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_MARKED = re.compile(r"'+[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def harmless(text: str) -> str:
    """With an apostrophe before it when it begins like a formula; numbers stay numbers."""
    return f"'{text}" if text and _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def original(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text and text[0] == "'" and _MARKED.match(text) else text

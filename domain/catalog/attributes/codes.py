"""Short names that stand in files and never change."""

import re
from typing import Final

from domain.shared.errors import InvalidInput

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def checked_code(code: str, *, path: str = "code") -> str:
    if not _CODE.fullmatch(code):
        raise InvalidInput(field=path, rule="characters", limit="a-z 0-9 _ - (1..60)")
    return code

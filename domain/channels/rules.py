"""What a channel may be like."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from domain.channels.languages import checked_language
from domain.shared.countries import checked_country
from domain.shared.errors import InvalidInput
from domain.shared.money import checked_currency
from domain.shared.printable import printable_line

MAX_CURRENCIES: Final = 50
MAX_LANGUAGES: Final = 50
MAX_COUNTRIES: Final = 300
MAX_POSITION: Final = 1_000_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidInput(field="name", rule="characters", limit="a-z 0-9 - (1..60)")
    return name


def checked_title(title: str) -> str:
    return printable_line(title, field="title", longest=120)


def checked_currencies(codes: Sequence[str]) -> tuple[str, ...]:
    return _each(codes, checked_currency, field="currencies", count=(1, MAX_CURRENCIES))


def checked_languages(tags: Sequence[str]) -> tuple[str, ...]:
    return _each(
        tags, lambda tag, field: checked_language(tag, field=field), field="languages", count=(1, MAX_LANGUAGES)
    )


def checked_countries(codes: Sequence[str]) -> tuple[str, ...]:
    """None of them means everywhere."""
    return _each(
        codes, lambda code, field: checked_country(code, field=field), field="countries", count=(0, MAX_COUNTRIES)
    )


def checked_position(position: int) -> int:
    if not 0 <= position <= MAX_POSITION:
        raise InvalidInput(field="position", rule="range", limit=f"0..{MAX_POSITION}")
    return position


def _each(
    given: Sequence[str], checked: Callable[[str, str], str], *, field: str, count: tuple[int, int]
) -> tuple[str, ...]:
    """All of `given`, each one good and none twice. What is wrong is named by its place, as in `currencies.1`."""
    least, most = count
    if not least <= len(given) <= most:
        raise InvalidInput(field=field, rule="count", limit=f"{least}..{most}")
    found = tuple(checked(one, f"{field}.{place}") for place, one in enumerate(given))
    if len(set(found)) < len(found):
        raise InvalidInput(field=field, rule="unique")
    return found

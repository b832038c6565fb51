"""Which of a channel's languages somebody reads."""

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from domain.shared.errors import InvalidInput

ANY = "*"
LONGEST = 20


def checked_language(tag: str, *, field: str) -> str:
    """`tag` when it names a language as CLDR writes it: de, pt-BR, zh-Hans. Raises InvalidInput.

    Chinese names its script, for whoever asks for `zh` means one of the two and would not be shown the other.
    """
    try:
        known = str(Locale.parse(tag, sep="-")).replace("_", "-") if len(tag) <= LONGEST else ""
    except (ValueError, UnknownLocaleError):
        known = ""
    if tag in {"", "zh"} or known != tag:
        raise InvalidInput(field=field, rule="language")
    return tag


@lru_cache(maxsize=1024)
def spoken(accepted: tuple[str, ...], offered: tuple[str, ...]) -> str | None:
    """The one of `offered` that suits the first of the language ranges that any suits; both are best first.

    A range suits the language that it names, else one that is less special (RFC 4647, section 3.4: `de-AT` finds `de`),
    else the first that is more special (section 3.3.1: `en` finds `en-GB`). `*` suits every language.
    """
    for wanted in accepted:
        if found := _suiting(wanted.lower(), offered):
            return found
    return None


def _suiting(wanted: str, offered: tuple[str, ...]) -> str | None:
    if wanted == ANY:
        return next(iter(offered), None)
    by_tag = {tag.lower(): tag for tag in offered}
    parts = wanted.split("-")
    for length in range(len(parts), 0, -1):
        if found := by_tag.get("-".join(parts[:length])):
            return found
    return next((tag for tag in offered if tag.lower().startswith(f"{wanted}-")), None)

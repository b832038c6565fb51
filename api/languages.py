"""The languages of a request, from its Accept-Language header (RFC 9110, section 12.5.4)."""

from functools import lru_cache

from babel.core import negotiate_locale

from domain.shared.messages import LANGUAGES

_CHINESE = {
    **dict.fromkeys(("zh", "zh-cn", "zh-sg", "zh-hans-cn"), "zh-Hans"),
    **dict.fromkeys(("zh-tw", "zh-hk", "zh-mo"), "zh-Hant"),
}
_MAX_HEADER = 500


def language_of(header: str, fallback: str) -> str:
    """The first of the caller's languages in which messages are written here, else `fallback`."""
    return negotiate_locale(ranges_of(header), LANGUAGES, sep="-") or fallback


@lru_cache(maxsize=256)
def ranges_of(header: str) -> tuple[str, ...]:
    """What the caller accepts, best first; nothing for a header that is longer than any browser's."""
    if not header or len(header) > _MAX_HEADER:
        return ()
    ranked = sorted((_quality(part) for part in header.split(",")), key=lambda weighed: -weighed[1])
    return tuple(_CHINESE.get(tag.lower(), tag) for tag, weight in ranked if tag and weight > 0)


def _quality(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    name, _, text = parameter.strip().partition("=")
    try:
        return tag.strip(), float(text) if name == "q" else 1.0
    except ValueError:
        return tag.strip(), 0.0

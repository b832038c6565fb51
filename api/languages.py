"""The language of a request, from its Accept-Language header (RFC 9110, section 12.5.4)."""

from functools import lru_cache

from babel.core import negotiate_locale

from domain.shared.messages import LANGUAGES

_CHINESE = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-hans-cn": "zh-Hans"}
_MAX_HEADER = 500


@lru_cache(maxsize=256)
def language_of(header: str, fallback: str) -> str:
    """The first of the caller's languages that is spoken here, else `fallback`."""
    if len(header) > _MAX_HEADER:
        return fallback
    ranked = sorted((_quality(part) for part in header.split(",")), key=lambda weighed: -weighed[1])
    preferred = [_CHINESE.get(tag.lower(), tag) for tag, weight in ranked if weight > 0]
    return negotiate_locale(preferred, LANGUAGES, sep="-") or fallback


def _quality(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    name, _, text = parameter.strip().partition("=")
    try:
        return tag.strip(), float(text) if name == "q" else 1.0
    except ValueError:
        return tag.strip(), 0.0

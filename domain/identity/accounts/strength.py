"""How hard a password is to guess, judged by zxcvbn: by what people do choose, not by the kinds of characters."""

from typing import Any

from zxcvbn import zxcvbn

from domain.identity.accounts.rules import checked_password_length
from domain.identity.sessions.throttle import throttle
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings
from domain.shared.threads import Threads

LOOKED_AT = 24
"""zxcvbn takes 0.15 s for the worst 24 characters, 0.35 s for 32 and 4.7 s for 128 (measured with 4.5)."""
_LONGEST_TEXT = 300
_MOST_WORDS = 16

_threads = Threads("passwords", threads=1, places=64)
"""One thread: zxcvbn keeps the words about the person in a module-wide dictionary."""

_WEAKNESSES = {
    "user_inputs": "personal",
    "passwords": "common",
    "english_wikipedia": "word",
    "us_tv_and_film": "word",
    "surnames": "name",
    "male_names": "name",
    "female_names": "name",
    "spatial": "keyboard",
    "repeat": "repeat",
    "sequence": "sequence",
    "regex": "date",
    "date": "date",
    "bruteforce": "short",
}


async def checked_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> str:
    """The form of a new password that is hashed. Raises InvalidInput, TooManyAttempts, or Busy when too many wait already.

    Judging takes as long as checking a password does, and is counted for the network address, whatever comes out: nobody
    keeps everybody else waiting with costly ones. Not to be called in a transaction.

    `about` is what others know of the person (e-mail address, name): words that it is made of are counted as easy to
    guess. The rule "strength" names what makes the password weak as its limit; each has a message with advice.
    """
    known = checked_password_length(password, field=field)
    await throttle("new_password")
    words = _words(about)
    weakness = await _threads.run(lambda: _weakness(known, words, settings().password_strength))
    if weakness is not None:
        raise InvalidInput(field=field, rule="strength", limit=weakness)
    return known


def _weakness(password: str, words: list[str], least: int) -> str | None:
    """What makes it weak; None for a strong one.

    Without the words about the person it must be strong as well: zxcvbn rates two of them and a digit as hard to guess.
    """
    rest = _without(password, words)
    found = _weakness_of_any(password, words, least)
    if found is None and rest != password:
        return "personal" if _weakness_of_any(rest, words, least) else None
    return found


def _without(password: str, words: list[str]) -> str:
    rest = password.lower()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest if len(rest) < len(password) else password


def _weakness_of_any(password: str, words: list[str], least: int) -> str | None:
    """The whole is at least as hard to guess as its beginning or its end: one of them being strong is enough."""
    if not password:
        return "personal"
    beginning = zxcvbn(password[:LOOKED_AT], user_inputs=words)
    if beginning["score"] >= least:
        return None
    if len(password) > LOOKED_AT and zxcvbn(password[-LOOKED_AT:], user_inputs=words)["score"] >= least:
        return None
    return _named(beginning["sequence"])


def _named(sequence: list[dict[str, Any]]) -> str:
    """The weakness after the longest part that was recognised."""
    longest = max(sequence, key=lambda part: (part["pattern"] != "bruteforce", len(part["token"])))
    return _WEAKNESSES[longest.get("dictionary_name") or longest["pattern"]]


def _words(about: tuple[str, ...]) -> list[str]:
    """Each text, and the words of three and more letters and digits in it; none that is longer than what is looked at."""
    texts = [text[:_LONGEST_TEXT].lower() for text in about]
    parts = ["".join(one if one.isalnum() else " " for one in text).split() for text in texts]
    words = [*texts, *(part for found in parts for part in found if len(part) > 2)]
    return list(dict.fromkeys(word for word in words if len(word) <= LOOKED_AT))[:_MOST_WORDS]

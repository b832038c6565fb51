"""From an Accept-Language header to the languages in which somebody reads messages and the catalogue."""

import pytest

from api.authentication import Credentials, authenticate
from api.languages import ranges_of
from tests.factories.identity import signed_in


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("", ()),
        ("de", ("de",)),
        ("en;q=0.5, de;q=0.9, fr", ("fr", "de", "en")),
        ("de, en;q=0", ("de",)),
        ("zh-CN,zh;q=0.9", ("zh-Hans", "zh-Hans")),
        ("zh-TW", ("zh-Hant",)),
        ("de;q=high, en", ("en",)),
        (", ,;q=1", ()),
        ("*", ("*",)),
        ("de," * 200, ()),
    ],
)
def test_ranges_stand_best_first(header: str, ranges: tuple[str, ...]) -> None:
    assert ranges_of(header) == ranges


async def test_who_is_anonymous_reads_whatever_comes_behind_what_they_accept() -> None:
    asking, silent = [await authenticate(Credentials(None, header)) for header in ("de-CH, fr", "")]

    assert (asking.language, asking.accepted) == ("en", ("de-CH", "fr", "*"))
    assert (silent.language, silent.accepted) == ("en", ("*",))


async def test_who_is_signed_in_reads_their_own_language_behind_what_the_request_accepts() -> None:
    sent = Credentials(f"Bearer {(await signed_in()).access_token}", "zh-CN, de")

    viewer = await authenticate(sent)

    assert (viewer.language, viewer.accepted) == ("zh-Hans", ("zh-Hans", "de", "en"))

import pytest

from domain.channels.languages import checked_language, spoken
from domain.shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("accepted", "offered", "found"),
    [
        (("de",), ("en", "de"), "de"),
        (("DE-at", "en"), ("en", "de"), "de"),
        (("zh-Hans-SG",), ("en", "zh-Hans"), "zh-Hans"),
        (("zh-Hant",), ("en", "zh-Hans"), None),
        (("en",), ("de", "en-GB", "en-US"), "en-GB"),
        (("pt-BR",), ("pt", "pt-BR"), "pt-BR"),
        (("fr", "de"), ("en", "de"), "de"),
        (("fr", "*"), ("zh-Hans", "en"), "zh-Hans"),
        (("e",), ("en",), None),
        (("", "-", "en-"), ("en",), "en"),
        ((), ("en",), None),
        (("*",), (), None),
    ],
)
def test_the_first_range_that_any_language_suits_decides(
    accepted: tuple[str, ...], offered: tuple[str, ...], found: str | None
) -> None:
    assert spoken(accepted, offered) == found


@pytest.mark.parametrize("tag", ["en", "de", "zh-Hans", "pt-BR", "sr-Latn", "nb"])
def test_a_language_of_cldr_is_good(tag: str) -> None:
    assert checked_language(tag, field="languages") == tag


@pytest.mark.parametrize(
    "tag", ["", "xx", "EN", "zh-CN", "fr-ca", "de_DE", "de-x-shop", "e" * 500, "english", "*", "\0"]
)
def test_anything_else_is_refused_by_the_rule_language(tag: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_language(tag, field="languages.1")

    assert (refused.value.field, refused.value.rule) == ("languages.1", "language")

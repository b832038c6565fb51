import pytest

from domain.identity.accounts.lookalikes import passes_for_another


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org",
        "o'neil+x_1@ex-ample.org",
        "анна@example.org",
        "сара@пример.рф",
        "άννα@example.org",
        "李雷@例子.测试网",
        "山田たろう@例え.jp",
        "ラーメン@example.jp",
        "kim김@example.com",
        "đặng.thị@example.vn",
        "ẹ\N{COMBINING ACUTE ACCENT}@example.org",
        "٢٣@example.org",
        "x@straße.de",
    ],
)
def test_an_address_in_the_letters_of_one_language_is_itself(address: str) -> None:
    assert not passes_for_another(address)


@pytest.mark.parametrize(
    "address",
    [
        "\N{CYRILLIC SMALL LETTER A}nna@example.org",
        "anna@ex\N{CYRILLIC SMALL LETTER A}mple.org",
        "anna\N{GREEK SMALL LETTER OMICRON}@example.org",
        "\u0441\u043e\u0441\u043e@gmail.com",
        "x@\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER ER}.com",
        "김たろう@example.jp",
    ],
)
def test_letters_of_another_script_do_not_stand_in_for_latin_ones(address: str) -> None:
    assert passes_for_another(address)


@pytest.mark.parametrize(
    "address",
    [
        "anna\N{HANGUL FILLER}@example.org",
        "anna\N{VARIATION SELECTOR-16}@example.org",
        "an\N{COMBINING GRAPHEME JOINER}na@example.org",
        "anna\N{BRAILLE PATTERN BLANK}@example.org",
        "anna\N{MODIFIER LETTER APOSTROPHE}s@example.org",
        "anna\N{DIVISION SLASH}admin@example.org",
    ],
)
def test_nothing_invisible_and_no_odd_signs(address: str) -> None:
    assert passes_for_another(address)


@pytest.mark.parametrize(
    "address",
    [
        "m\N{LATIN SMALL LETTER I}\N{COMBINING DOT ABOVE}ke@example.org",
        "anna\N{COMBINING ACUTE ACCENT}\N{COMBINING ACUTE ACCENT}@example.org",
        "1\N{ARABIC-INDIC DIGIT TWO}@example.org",
    ],
)
def test_no_doubled_marks_and_no_mixed_digits(address: str) -> None:
    assert passes_for_another(address)

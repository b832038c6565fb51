import pytest

from domain.identity.accounts.lookalikes import passes_for_another


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org",
        "o'neil+x_1@ex-ample.org",
        "анна@example.org",
        "сара@пример.рф",
        "νίκος@example.org",
        "արամ@example.org",
        "დავით@example.org",
        "דוד.לוי@example.org",
        "ศรี@example.org",
        "さくら〇@example.jp",
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
        "\u0441\u0451@gmail.com",
        "\u03ac\u03bd\u03bd\u03b1@gmail.com",
        "\u0578\u057d\u0570\u0585@example.org",
        "\u10dd\u10d8@example.org",
        "\u05e1\u05d5@example.org",
        "\u0966\u0966@example.org",
        "ann\u0665@example.org",
        "ann\N{DEVANAGARI VOWEL SIGN AA}@example.org",
        "goog\u4e28e@example.org",
        "goog\u1175e@example.org",
        "x@\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER ER}.com",
        "김たろう@example.jp",
    ],
)
def test_letters_of_another_script_do_not_stand_in_for_latin_ones(address: str) -> None:
    assert passes_for_another(address)


@pytest.mark.parametrize(
    "address",
    [
        "\N{LATIN SMALL LETTER ALPHA}nna@example.org",
        "\N{LATIN SMALL LETTER SCRIPT G}oogle@example.org",
        "\N{LATIN LETTER SMALL CAPITAL L}isa@example.org",
        "anna@\N{LATIN LETTER SMALL CAPITAL R}eal.org",
        "\N{LATIN SMALL LETTER DOTLESS I}an@example.org",
        "a\N{COMBINING SHORT SOLIDUS OVERLAY}nna@example.org",
        "a\N{COMBINING SHORT STROKE OVERLAY}nna@example.org",
        "a\N{COMBINING LOW LINE}nna@example.org",
        "\N{LATIN LETTER RETROFLEX CLICK}anna@example.org",
        "\N{CHEROKEE SMALL LETTER DA}\N{CHEROKEE SMALL LETTER DU}@example.org",
        "\N{LISU LETTER BA}\N{LISU LETTER A}@example.org",
        "\N{COPTIC SMALL LETTER O}@example.org",
        "\N{CYRILLIC SMALL LETTER OMEGA}@example.org",
    ],
)
def test_letters_that_nobody_writes_every_day_are_refused(address: str) -> None:
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

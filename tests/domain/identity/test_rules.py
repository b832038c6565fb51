import pytest

from domain.identity import rules
from domain.shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        ("anna+shop@mail.example.org", "anna+shop@mail.example.org"),
        ("李雷@例子.测试网", "李雷@例子.测试网"),
        ("u\u0308ber@example.org", "über@example.org"),
    ],
)
def test_an_address_is_stored_in_one_form(written: str, stored: str) -> None:
    assert rules.checked_email(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "a b@example.org",
        "anna@localhost",
        "Anna <anna@example.org>",
        "anna@example.org\nBcc: all@example.org",
        "a\x00@example.org",
        "a\ud800@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_email(written)

    assert (refusal.value.field, refusal.value.rule) == ("email", "email")


@pytest.mark.parametrize("written", ["", "   ", "x" * 201, "x" * 1_000_000, "Bob" + " " * 900 + "x"])
def test_a_name_has_1_to_200_characters(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_name(written)

    assert (refusal.value.field, refusal.value.rule) == ("name", "length")


@pytest.mark.parametrize("written", ["Anna\r\nBcc: all@example.org", "Anna\x00", "Anna\u2028Schmidt", "Anna\ud800"])
def test_a_name_cannot_break_out_of_a_mail_header(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_name(written)

    assert (refusal.value.field, refusal.value.rule) == ("name", "printable")


def test_a_name_is_trimmed_and_composed() -> None:
    assert rules.checked_name("  Zoe\u0308 王小明 ") == "Zoë 王小明"


@pytest.mark.parametrize("written", ["1234567", "x" * 129, "x" * 1_000_000, "", "pass\ud800word"])
def test_a_password_has_8_to_128_characters(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_password(written)

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("password", "length", "8..128")


def test_a_password_is_counted_and_kept_after_nfkc() -> None:
    assert rules.checked_password("ｐａｓｓｗｏｒｄ") == "password"


def test_a_language_and_a_currency_are_those_of_the_shop() -> None:
    with pytest.raises(InvalidInput) as language:
        rules.checked_language("fr")
    with pytest.raises(InvalidInput) as currency:
        rules.checked_shop_currency("JPY", ("EUR", "USD"))

    assert (language.value.field, language.value.limit) == ("language", "en, zh-Hans")
    assert (currency.value.field, currency.value.limit) == ("currency", "EUR, USD")

from collections.abc import Callable

import pytest

from domain.identity.accounts import rules
from domain.shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "mailed", "found_by"),
    [
        ("Anna@Example.ORG", "Anna@example.org", "anna@example.org"),
        ("anna+shop@mail.example.org", "anna+shop@mail.example.org", "anna+shop@mail.example.org"),
        ("李雷@例子.测试网", "李雷@例子.测试网", "李雷@xn--fsqu00a.xn--0zwm89av8i"),
        ("李雷@xn--fsqu00a.xn--0zwm89av8i", "李雷@例子.测试网", "李雷@xn--fsqu00a.xn--0zwm89av8i"),
        ("u\u0308ber@example.org", "über@example.org", "über@example.org"),
        ("ａnna@ｅxample.org", "ａnna@example.org", "anna@example.org"),
        ("ﬁona@example.org", "ﬁona@example.org", "fiona@example.org"),
        ("Weiß@straße.example", "Weiß@straße.example", "weiss@xn--strae-oqa.example"),
    ],
)
def test_an_address_is_mailed_as_it_was_written_and_found_however_it_is(
    written: str, mailed: str, found_by: str
) -> None:
    assert rules.checked_email(written) == mailed
    assert rules.email_key(written) == rules.email_key(mailed) == found_by


def test_a_mail_server_is_told_the_domain_in_ascii() -> None:
    assert rules.mailbox("李雷@例子.测试网") == "李雷@xn--fsqu00a.xn--0zwm89av8i"


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
        "anna\r\n@example.org",
        "anna\u2028@example.org",
        "=?utf-8?q?=0D=0ABcc=3A_all?=@example.org",
        "a\x00@example.org",
        "a\ud800@example.org",
        "a\u200bnna@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 1_000_000,
        "a" * 1_000_000 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_email(written)

    assert (refusal.value.field, refusal.value.rule) == ("email", "email")
    assert rules.email_key(written) is None


def test_an_address_that_passes_for_another_is_refused_under_its_field() -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_email("\N{CYRILLIC SMALL LETTER A}nna@example.org", field="newEmail")

    assert (refusal.value.field, refusal.value.rule) == ("newEmail", "lookalike")


def test_addresses_of_tests_are_good_outside_production_only(configure: Callable[..., None]) -> None:
    outside = rules.email_key("anna@shop.test")
    configure(environment="production")

    assert outside == "anna@shop.test"
    assert rules.email_key("anna@shop.test") is None


@pytest.mark.parametrize("written", ["", "   ", "x" * 201, "x" * 1_000_000, "Bob" + " " * 900 + "x"])
def test_a_name_has_1_to_200_characters(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_name(written)

    assert (refusal.value.field, refusal.value.rule) == ("name", "length")


@pytest.mark.parametrize(
    "written",
    [
        "Anna\r\nBcc: all@example.org",
        "Anna\x00",
        "Anna\x85Schmidt",
        "Anna\u2028Schmidt",
        "Anna\u2029Schmidt",
        "Anna\ud800",
        "Anna \u202egro.elpmaxe",
        "\u200bAnna",
        "\u3164",
        "\ue000",
    ],
)
def test_a_name_has_no_line_breaks_and_nothing_invisible(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_name(written)

    assert (refusal.value.field, refusal.value.rule) == ("name", "printable")


def test_a_name_is_trimmed_and_composed() -> None:
    assert rules.checked_name("  Zoe\u0308 王小明 ") == "Zoë 王小明"


def test_a_name_keeps_the_joiners_that_its_script_is_written_with() -> None:
    assert rules.checked_name("علی\u200cرضا") == "علی\u200cرضا"


@pytest.mark.parametrize("written", ["1234567", "x" * 129, "x" * 1_000_000, "", "pass\ud800word"])
def test_a_password_has_8_to_128_characters(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.checked_password_length(written)

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("password", "length", "8..128")


def test_a_password_is_counted_and_kept_after_nfkc() -> None:
    assert rules.checked_password_length("ｐａｓｓｗｏｒｄ") == "password"


def test_a_language_and_a_currency_are_those_of_the_shop() -> None:
    with pytest.raises(InvalidInput) as language:
        rules.checked_language("fr")
    with pytest.raises(InvalidInput) as currency:
        rules.checked_shop_currency("JPY", ("EUR", "USD"))

    assert (language.value.field, language.value.limit) == ("language", "en, zh-Hans")
    assert (currency.value.field, currency.value.limit) == ("currency", "EUR, USD")

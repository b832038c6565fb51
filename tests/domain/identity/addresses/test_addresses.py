from dataclasses import replace
from typing import Any

import pytest

from domain.identity.addresses.address_rules import address_rules
from domain.identity.addresses.addresses import Address, address_from, address_text, checked_address
from domain.shared.errors import InvalidInput
from domain.shared.messages import message

GOOD = {
    "DE": Address("Ada Berg", "Lange Straße 1", "Lübeck", "23552", "DE"),
    "US": Address("Ada Berg", "1 Market Street", "San Francisco", "94103", "US", region="CA"),
    "CN": Address("王芳", "中关村大街1号", "海淀区", "100080", "CN", region="北京市"),
    "GB": Address("Ada Berg", "1 Mill Lane", "London", "SW1A 1AA", "GB"),
    "IE": Address("Ada Berg", "1 Quay Street", "Dublin", "", "IE"),
    "JP": Address("佐藤陽菜", "千代田区丸の内1-1", "", "100-0001", "JP", region="東京都"),
    "AE": Address("Ada Berg", "Sheikh Zayed Road 1", "", "", "AE", region="إمارة دبيّ"),
}


@pytest.mark.parametrize("country", GOOD)
def test_a_good_address_of_a_country_stays_as_it_is(country: str) -> None:
    assert checked_address(GOOD[country]) == GOOD[country]


@pytest.mark.parametrize(
    ("country", "changes", "field", "rule", "limit"),
    [
        ("DE", {"postcode": ""}, "postcode", "required", "DE"),
        ("DE", {"postcode": "2355"}, "postcode", "postcode", "26133"),
        ("DE", {"city": " "}, "city", "required", "DE"),
        ("DE", {"name": ""}, "name", "required", "DE"),
        ("DE", {"line1": "", "line2": "2nd floor"}, "line1", "required", "DE"),
        ("DE", {"phone": "12"}, "phone", "phone", "+49 30 123456"),
        ("DE", {"country": "XX"}, "country", "iso3166", ""),
        ("US", {"region": ""}, "region", "required", "US"),
        ("US", {"region": "Lübeck"}, "region", "region", "US"),
        ("US", {"region": "New"}, "region", "region", "US"),
        ("US", {"postcode": "02108"}, "postcode", "postcode", "90000"),
        ("US", {"postcode": "9410"}, "postcode", "postcode", "90000"),
        ("CN", {"region": ""}, "region", "required", "CN"),
        ("CN", {"region": "山"}, "region", "region", "CN"),
        ("CN", {"postcode": "10008"}, "postcode", "postcode", "266033"),
        ("GB", {"postcode": "12345"}, "postcode", "postcode", "EC1Y 8SY"),
        ("GB", {"postcode": "GIR 0AA, and more"}, "postcode", "postcode", "EC1Y 8SY"),
        ("IE", {"city": ""}, "city", "required", "IE"),
        ("IE", {"postcode": "1"}, "postcode", "postcode", "A65 F4E2"),
        ("JP", {"postcode": ""}, "postcode", "required", "JP"),
        ("JP", {"region": "大阪府"}, "postcode", "postcode", "154-0023"),
        ("AE", {"region": "", "city": "Dubai"}, "region", "required", "AE"),
    ],
)
def test_an_address_that_no_letter_reaches_is_refused_by_field_rule_and_example(
    country: str, changes: dict[str, Any], field: str, rule: str, limit: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_address(replace(GOOD[country], **changes))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == (f"address.{field}", rule, limit)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("name", "x" * 201, "length"),
        ("line1", "x" * 1_000_000, "length"),
        ("phone", "1" * 1_000_000, "length"),
        ("name", "Ada\r\nBcc: everybody@example.org", "printable"),
        ("line1", "Long Street 1\nFloor 2", "printable"),
        ("line2", "Long\u2028Street", "printable"),
        ("company", "Anna\u202ettimhcS", "printable"),
        ("cityArea", "L\ufeffübeck", "printable"),
        ("region", "L\x7fübeck", "printable"),
        ("postcode", "23\ud800552", "printable"),
    ],
)
def test_every_part_is_one_bounded_line_and_is_named_as_callers_name_it(field: str, value: str, rule: str) -> None:
    part = "city_area" if field == "cityArea" else field

    with pytest.raises(InvalidInput) as refusal:
        checked_address(replace(GOOD["DE"], **{part: value}), field="input.address")

    assert (refusal.value.field, refusal.value.rule) == (f"input.address.{field}", rule)


@pytest.mark.parametrize(
    ("country", "part", "written", "stored"),
    [
        ("JP", "line1", "東京都千代田区\N{IDEOGRAPHIC SPACE}丸の内１丁目", "東京都千代田区 丸の内１丁目"),
        ("JP", "postcode", "１００–０００１", "100-0001"),
        ("JP", "city", "千代田区", "千代田区"),
        ("DE", "line1", "10\N{NO-BREAK SPACE}Lange Straße ", "10 Lange Straße"),
        ("DE", "city", "Lu\N{COMBINING DIAERESIS}beck", "Lübeck"),
        ("DE", "region", "Schleswig-Holstein", "Schleswig-Holstein"),
        ("DE", "phone", "0451 123456", "+49451123456"),
        ("DE", "phone", "+86 138 1234 5678", "+8613812345678"),
        ("GB", "postcode", "sw1a\N{NO-BREAK SPACE}1aa", "SW1A 1AA"),
        ("IE", "region", "Dublin", "Dublin"),
        ("IE", "region", "co dublin", "Co. Dublin"),
        ("US", "region", "california", "CA"),
        ("CN", "region", "北京", "北京市"),
        ("CN", "region", "Beijing", "北京市"),
        ("CN", "city", "密云区", "密云区"),
        ("AE", "region", "Dubai", "إمارة دبيّ"),
        ("AE", "postcode", "00000", "00000"),
    ],
)
def test_an_address_is_taken_as_people_write_it_and_kept_in_one_form(
    country: str, part: str, written: str, stored: str
) -> None:
    checked = checked_address(replace(GOOD[country], **{part: written}))

    assert checked == replace(GOOD[country], **{part: stored})
    assert checked_address(checked) == checked


@pytest.mark.parametrize(
    ("country", "written", "stored"),
    [("CH", "CH-8001", "8001"), ("SE", "SE-111 20", "111 20"), ("SA", "١١٤٢٩", "11429")],
)
def test_a_postcode_loses_what_only_stands_on_letters_from_abroad(country: str, written: str, stored: str) -> None:
    address = Address("Ada Berg", "Street 1", "City", written, country)

    assert checked_address(address).postcode == stored


@pytest.mark.parametrize(
    ("country", "stored", "written"),
    [
        ("GB", "SW1A 1AA", ("sw1a1aa", "SW1A  1AA", "SW1A-1AA", "s w1a 1aa")),
        ("GB", "BFPO 61", ("bfpo61",)),
        ("CA", "M5V 3L9", ("m5v3l9", "m5v-3l9")),
        ("JP", "100-0001", ("1000001", "100 0001", "100 - 0001")),
        ("PL", "00-950", ("00950", "00 950")),
        ("PT", "1250-096", ("1250096", "1250 096")),
        ("NL", "1234 AB", ("1234ab", "1234  ab")),
        ("SE", "111 20", ("11120", "111  20", "se-11120")),
        ("GR", "151 24", ("15124", "151-24")),
        ("CZ", "100 00", ("10000",)),
        ("BR", "40301-110", ("40301110",)),
        ("IE", "A65 F4E2", ("a65f4e2",)),
        ("US", "94103-1234", ("941031234", "94103 1234")),
        ("US", "94103", ("9 4103",)),
        ("FR", "33380", ("33 380",)),
        ("LV", "LV-1073", ("lv1073", "LV 1073")),
        ("LT", "04340", ("LT-04340", "LT04340")),
    ],
)
def test_a_postcode_is_kept_in_one_form_wherever_blanks_and_hyphens_were_put(
    country: str, stored: str, written: tuple[str, ...]
) -> None:
    known = address_rules(country).postcodes

    assert [known.in_one_form(one.upper()) for one in (stored, *written)] == [stored] * (1 + len(written))


def test_a_region_does_not_change_how_its_country_writes_postcodes() -> None:
    written = replace(GOOD["US"], postcode="94103 1234")

    assert checked_address(written).postcode == "94103-1234"


@pytest.mark.parametrize(
    ("country", "code", "region"),
    [("AE", "ae-du", "إمارة دبيّ"), ("CN", "CN-11", "北京市"), ("US", "US-CA", "CA"), ("JP", "JP-13", "東京都")],
)
def test_a_region_is_found_by_its_iso_code(country: str, code: str, region: str) -> None:
    assert address_rules(country).region(code) == region


def test_an_iso_code_of_another_country_is_no_region() -> None:
    assert address_rules("US").region("CA-ON") is None


def test_refusals_speak_chinese_and_show_an_example() -> None:
    with pytest.raises(InvalidInput) as postcode:
        checked_address(replace(GOOD["DE"], postcode="2355"))
    with pytest.raises(InvalidInput) as region:
        checked_address(replace(GOOD["US"], region=""))

    assert message(postcode.value, "zh-Hans") == "address.postcode 不是该地的邮政编码，正确的例子：26133。"
    assert message(region.value, "zh-Hans") == "必须填写 address.region。"


def test_the_postcodes_that_a_country_shows_as_examples_are_accepted() -> None:
    for country in ("DE", "US", "CN", "GB", "IE", "JP", "BR", "KR", "IN", "CA", "NL", "PL", "LI"):
        rules = address_rules(country)

        assert [one for one in rules.postcodes.examples if rules.postcodes.in_one_form(one) != one] == [], country


def test_parts_come_in_the_order_of_the_country_and_of_latin_letters() -> None:
    rules = address_rules("JP")

    assert rules.parts == ("postcode", "region", "line1", "line2", "company", "name")
    assert rules.latin_parts == ("name", "company", "line1", "line2", "region", "postcode")


def test_an_address_survives_being_written_down_and_hides_from_logs() -> None:
    address = replace(GOOD["CN"], phone="+8613812345678")

    written = address_text(address)

    assert address_from(written) == address
    assert "王芳" not in repr(address)

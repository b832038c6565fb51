"""Names, addresses, shelves and countries."""

import pytest

from hanse.imports.countries import country_code
from hanse.imports.naming import slug, tidy
from hanse.imports.shelves import shelf_of


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White Hanging Heart T-Light Holder"),
        ("  SET OF  6 T-LIGHTS, IN BOX. ", "Set of 6 T-Lights, in Box"),
        ('RECORD FRAME 7" SINGLE SIZE ', 'Record Frame 7" Single Size'),
        ("15CM CHRISTMAS GLASS BALL 20 LIGHTS", "15cm Christmas Glass Ball 20 Lights"),
        ("POLYESTER FILLER PAD 30CMx30CM", "Polyester Filler Pad 30cmx30cm"),
        ("*USB OFFICE MIRROR BALL", "USB Office Mirror Ball"),
        ("KID'S CHALKBOARD/EASEL", "Kid's Chalkboard/Easel"),
        ("Dr. Jam's Arouzer Stress Ball", "Dr. Jam's Arouzer Stress Ball"),
        ("3 TRADITIONAl BISCUIT CUTTERS", "3 Traditional Biscuit Cutters"),
        ("CAFÉ SIGN", "Café Sign"),
        ("RED\x00\x1b[31mMUG", "Red [31mmug"),
        ("?", ""),
        ("", ""),
    ],
)
def test_descriptions_become_names(description: str, name: str) -> None:
    assert tidy(description) == name


def test_a_name_is_never_longer_than_its_column() -> None:
    assert len(tidy("LANTERN " * 100)) <= 300


@pytest.mark.parametrize(
    ("name", "code", "address"),
    [
        ("White Hanging Heart T-Light Holder", "85123A", "white-hanging-heart-t-light-holder-85123a"),
        ("Kid's Café & Bar", "22", "kids-cafe-bar-22"),
        ("木质灯笼", "22", "22"),
        ("x" * 300, "22", "x" * 150 + "-22"),
    ],
)
def test_addresses_are_plain_and_end_in_the_code(name: str, code: str, address: str) -> None:
    assert slug(name, code) == address


@pytest.mark.parametrize(
    ("name", "shelf"),
    [
        ("Jumbo Bag Red Retrospot", "imported-bags"),
        ("White Hanging Heart T-Light Holder", "imported-candles-lights"),
        ("Christmas Candle", "imported-christmas-easter"),
        ("Regency Cakestand 3 Tier", "imported-kitchen"),
        ("Hot Water Bottle Babushka", "imported-bath-comfort"),
        ("Set of 6 Soldier Skittles", "imported-toys-party"),
        ("Silver Earrings", "imported-jewellery"),
        ("Ninja Rabbit Black", "imported-other"),
    ],
)
def test_the_words_of_a_name_decide_on_the_shelf(name: str, shelf: str) -> None:
    assert shelf_of(name).slug == shelf


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United Kingdom", "GB"),
        ("EIRE", "IE"),
        ("RSA", "ZA"),
        ("USA", "US"),
        ("Channel Islands", "JE"),
        ("Czech Republic", "CZ"),
        ("Hong Kong", "HK"),
        ("Korea", "KR"),
        ("germany", "DE"),
        ("de", "DE"),
        ("European Community", "ZZ"),
        ("West Indies", "ZZ"),
        ("Unspecified", "ZZ"),
        ("", "ZZ"),
    ],
)
def test_country_names_become_codes(name: str, code: str) -> None:
    assert country_code(name) == code

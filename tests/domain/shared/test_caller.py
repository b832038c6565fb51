import pytest

from domain.shared.caller import Caller


@pytest.mark.parametrize(
    ("address", "place", "network"),
    [
        ("203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("64:ff9b::203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("a socket", "a socket", ""),
        ("", "", ""),
    ],
)
def test_an_address_counts_as_the_household_and_the_network_that_it_lies_in(
    address: str, place: str, network: str
) -> None:
    caller = Caller(address)

    assert (caller.place, caller.network) == (place, network)

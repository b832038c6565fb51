"""Where the demo's people live."""

import pytest

from domain.identity.addresses.addresses import Address, checked_address
from hanse.seed.world import Country, world


@pytest.mark.parametrize("country", world().countries, ids=lambda country: country.code)
def test_every_home_of_the_demo_is_an_address_that_the_shop_takes_as_it_is(country: Country) -> None:
    for city, postcode, region in country.cities:
        for street in country.streets:
            home = Address("Ada", street.format(n=1), city, postcode, country.code, region=region)

            assert checked_address(home) == home

"""Addresses, and entries of address books made through the use cases."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.identity.addresses.addresses import Address
from domain.identity.addresses.edit_address_book import AddAddress, add_address
from domain.shared.viewer import Viewer

ADDRESS = Address("Ada Berg", "Lange Straße 1", "Lübeck", "23552", "DE", phone="+49451123456")


def an_address(**changes: Any) -> Address:
    return replace(ADDRESS, **changes)


async def an_entry(owner: Viewer, *, delivery: bool = False, billing: bool = False, **changes: Any) -> UUID:
    return await add_address(owner, AddAddress(an_address(**changes), delivery, billing))

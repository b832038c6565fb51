"""One's own address book, and the rules of addresses."""

from uuid import UUID

import strawberry

from api.access import PERSON, PUBLIC, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.schema.addresses import (
    AddAddressInput,
    AddAddressResult,
    AddressEntry,
    AddressRemoved,
    AddressRules,
    RemoveAddressInput,
    RemoveAddressResult,
    UpdateAddressInput,
    UpdateAddressResult,
    read_address,
    show_entry,
    show_rules,
)
from domain.identity.addresses.address_book import own_entry
from domain.identity.addresses.address_rules import address_rules
from domain.identity.addresses.edit_address_book import (
    AddAddress,
    RemoveAddress,
    UpdateAddress,
    add_address,
    remove_address,
    update_address,
)
from domain.shared.countries import checked_country
from domain.shared.errors import not_found


@strawberry.type
class AddressesQuery:
    @field(PUBLIC, description="What an address of a country (ISO 3166-1 alpha-2) consists of.")
    async def address_rules(self, info: Info, country: str) -> AddressRules:
        return show_rules(address_rules(checked_country(country, field="country")), info.context.language)


@strawberry.type
class AddressesMutation:
    @mutation(PERSON, result=AddAddressResult, description="Keep an address, 50 at most. For people with an account.")
    async def add_address(self, info: Info, input: AddAddressInput) -> AddressEntry:
        command = AddAddress(
            read_address(input.address), input.is_default_delivery, input.is_default_billing, input.idempotency_key
        )
        return await _shown(info, await add_address(info.context.viewer, command))

    @mutation(PERSON, result=UpdateAddressResult, description="Orders that were placed keep the address as it was.")
    async def update_address(self, info: Info, input: UpdateAddressInput) -> AddressEntry:
        return await _shown(info, await update_address(info.context.viewer, _update(input)))

    @mutation(PERSON, result=RemoveAddressResult)
    async def remove_address(self, info: Info, input: RemoveAddressInput) -> AddressRemoved:
        entry_id = decode("AddressEntry", input.id, field="id")
        command = RemoveAddress(entry_id, input.expected_version, input.idempotency_key)
        removed = await remove_address(info.context.viewer, command)
        return AddressRemoved(id=strawberry.ID(encode("AddressEntry", removed)))


def _update(input: UpdateAddressInput) -> UpdateAddress:
    return UpdateAddress(
        entry_id=decode("AddressEntry", input.id, field="id"),
        address=None if input.address is None else read_address(input.address),
        is_default_delivery=input.is_default_delivery,
        is_default_billing=input.is_default_billing,
        expected_version=input.expected_version,
        key=input.idempotency_key,
    )


async def _shown(info: Info, entry_id: UUID) -> AddressEntry:
    found = await own_entry(info.context.viewer, entry_id)
    if found is None:
        raise not_found("AddressEntry", entry_id)
    return show_entry(found)

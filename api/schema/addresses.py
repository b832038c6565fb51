"""Addresses, in the book and on orders, and what a form has to ask for in each country."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from domain.identity.addresses import addresses
from domain.identity.addresses.address_book import AddressEntry as EntryFacts
from domain.identity.addresses.address_rules import AddressRules as Rules
from domain.identity.addresses.addresses import input_name
from domain.identity.addresses.phones import example_phone
from domain.identity.errors import AddressBookFull
from domain.shared.errors import StaleVersion
from domain.shared.messages import text


@strawberry.type(directives=[Access(requires=PARENT)])
class Address:
    name: str
    company: str | None
    line1: str
    line2: str | None
    city_area: str | None = strawberry.field(description="A district or the like.")
    city: str = strawberry.field(description="Empty where addresses have none.")
    region: str | None = strawberry.field(description="A state, province or emirate, by its code in addressRules.")
    postcode: str = strawberry.field(description="Empty where there are none.")
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    phone: str | None = strawberry.field(description="E.164.")


@strawberry.type(directives=[Access(requires=PARENT)], description="An address that a person keeps.")
class AddressEntry(Node):
    id: strawberry.ID
    address: Address
    is_default_delivery: bool
    is_default_billing: bool
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime
    updated_at: datetime


@strawberry.type(directives=[Access(requires=PARENT)])
class AddressChoice:
    value: str
    names: list[str] = strawberry.field(description="In the languages and scripts of the country.")


@strawberry.type(directives=[Access(requires=PARENT)], description="One field of a form for addresses.")
class AddressField:
    name: str = strawberry.field(description="As AddressInput calls it.")
    label: str = strawberry.field(description="What it is called there, in the request's language.")
    required: bool
    choices: list[AddressChoice] = strawberry.field(
        description="Where the field is required, it must be one of these, by its value or any of its names."
    )
    pattern: str | None = strawberry.field(description="A regular expression for the whole text, in capital letters.")
    examples: list[str]


@strawberry.type(directives=[Access(requires=PARENT)], description="What an address of one country consists of.")
class AddressRules:
    country: str
    fields: list[AddressField] = strawberry.field(
        description="In the order in which to ask: for Chinese that of the country itself, else that of Latin letters."
    )


@strawberry.input(description="addressRules tells what a country needs of it.")
class AddressInput:
    name: str
    line1: str
    city: str = strawberry.field(default="", description="Empty where addresses have none.")
    postcode: str = strawberry.field(default="", description="Empty where there is none.")
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    company: str | None = None
    line2: str | None = None
    city_area: str | None = None
    region: str | None = strawberry.field(default=None, description="By its code, or by name.")
    phone: str | None = strawberry.field(default=None, description="A number of the address's country, or with +.")


@strawberry.input
class AddAddressInput:
    address: AddressInput
    is_default_delivery: bool = strawberry.field(default=False, description="If so, no other entry is any more.")
    is_default_billing: bool = strawberry.field(default=False, description="If so, no other entry is any more.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateAddressInput:
    id: strawberry.ID
    address: AddressInput | None = None
    is_default_delivery: bool | None = None
    is_default_billing: bool | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveAddressInput:
    id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.type(directives=[Access(requires=PARENT)])
class AddressRemoved:
    id: strawberry.ID


AddAddressResult = result("AddAddressResult", AddressEntry, AddressBookFull)
UpdateAddressResult = result("UpdateAddressResult", AddressEntry, StaleVersion)
RemoveAddressResult = result("RemoveAddressResult", AddressRemoved, StaleVersion)


def read_address(input: AddressInput) -> addresses.Address:
    return addresses.Address(
        name=input.name,
        line1=input.line1,
        city=input.city,
        postcode=input.postcode,
        country=input.country,
        company=input.company or "",
        line2=input.line2 or "",
        city_area=input.city_area or "",
        region=input.region or "",
        phone=input.phone or "",
    )


def show_address(address: addresses.Address) -> Address:
    return Address(
        name=address.name,
        company=address.company or None,
        line1=address.line1,
        line2=address.line2 or None,
        city_area=address.city_area or None,
        city=address.city,
        region=address.region or None,
        postcode=address.postcode,
        country=address.country,
        phone=address.phone or None,
    )


def show_entry(facts: EntryFacts) -> AddressEntry:
    return AddressEntry(
        id=strawberry.ID(encode("AddressEntry", facts.id)),
        address=show_address(facts.address),
        is_default_delivery=facts.is_default_delivery,
        is_default_billing=facts.is_default_billing,
        version=facts.version,
        created_at=facts.created_at,
        updated_at=facts.updated_at,
    )


def show_rules(rules: Rules, language: str) -> AddressRules:
    parts = rules.parts if language.startswith("zh") else rules.latin_parts
    return AddressRules(country=rules.country, fields=[_field(part, rules, language) for part in (*parts, "phone")])


def _field(part: str, rules: Rules, language: str) -> AddressField:
    examples = {"postcode": list(rules.postcodes.examples), "phone": [example_phone(rules.country)]}
    return AddressField(
        name=input_name(part),
        label=text(f"ADDRESS_{rules.kinds.get(part, part).upper()}", language),
        required=part in rules.required,
        choices=[_choice(region, names) for region, names in rules.regions.items()] if part == "region" else [],
        pattern=(rules.postcodes.pattern or None) if part == "postcode" else None,
        examples=examples.get(part, []),
    )


def _choice(value: str, names: tuple[str, ...]) -> AddressChoice:
    return AddressChoice(value=value, names=list(names))

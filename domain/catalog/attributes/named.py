"""Definitions with what they are called. Three statements, whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.facts import Attribute, Definitions, ProductType
from domain.catalog.texts.queries import texts


@dataclass(frozen=True)
class Named:
    """`names` holds those of the attributes and types that were asked for, of their attributes and all their choices."""

    known: Definitions
    attributes: Sequence[Attribute]
    types: Sequence[ProductType]
    names: dict[UUID, str]


async def named_attributes(languages: Sequence[str], *, first: int, after: str | None) -> Named:
    """A page of the attributes, by code, behind the code `after`."""
    known = await definitions()
    page = _page(sorted(known.attributes), first, after)
    return await _named(known, [known.attributes[code] for code in page], [], languages)


async def named_types(languages: Sequence[str], *, first: int, after: str | None) -> Named:
    """A page of the product types, by code, behind the code `after`."""
    known = await definitions()
    page = _page(sorted(known.types), first, after)
    return await _named(known, [], [known.types[code] for code in page], languages)


async def named_definition(id: UUID, languages: Sequence[str]) -> Named:
    """The attribute, or the product type, with this id, if there is one."""
    known = await definitions()
    attributes = [one for one in known.attributes.values() if one.id == id]
    types = [one for one in known.types.values() if one.id == id]
    return await _named(known, attributes, types, languages)


def _page(codes: Sequence[str], first: int, after: str | None) -> Sequence[str]:
    return [code for code in codes if after is None or code > after][:first]


async def _named(
    known: Definitions, attributes: Sequence[Attribute], types: Sequence[ProductType], languages: Sequence[str]
) -> Named:
    below = [known.attributes[one.code] for kind in types for one in kind.attributes]
    owners = [*(one.id for one in types), *_owners([*attributes, *below])]
    return Named(known, attributes, types, await texts(owners, "name", languages))


def _owners(attributes: Iterable[Attribute]) -> Iterable[UUID]:
    for one in attributes:
        yield one.id
        yield from (choice.id for choice in one.choices.values())

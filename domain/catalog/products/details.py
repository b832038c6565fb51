"""What a product's own page and its editors read beyond what lists show, each by a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.facts import Attribute, AttributeKind, Definitions, Referred
from domain.catalog.products.referred import referred_names
from domain.catalog.texts.queries import texts, texts_by_field
from domain.catalog.texts.rules import ATTRIBUTE
from domain.channels.storefront import Storefront
from domain.shared.database import rows


@dataclass(frozen=True, slots=True)
class Details:
    """A product's row. `attributes` hold no texts."""

    id: UUID
    product_type: str | None
    attributes: dict[str, object]
    tags: tuple[str, ...]
    approval: str
    approval_note: str | None
    external_id: str | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """`value` is true or false, a number, a date as text, a text, a choice's code or an id; `shown` is the name of a
    choice, and of what is referred to unless that may not be seen."""

    code: str
    name: str
    kind: AttributeKind
    unit: str | None
    refers_to: Referred | None
    value: object
    shown: str | None


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    channel: str
    status: str
    live_from: datetime | None


async def details_of(product_ids: Sequence[UUID]) -> dict[UUID, Details]:
    """One statement."""
    found = await rows(
        """SELECT p.id, t.code AS product_type, p.attributes, p.tags, p.approval, p.approval_note, p.external_id,
                  p.version, p.updated_at
           FROM product p LEFT JOIN product_type t ON t.id = p.product_type_id WHERE p.id = ANY($1)""",
        list(product_ids),
    )
    return {
        one["id"]: Details(
            **{**one, "attributes": orjson.loads(one["attributes"]), "tags": tuple(orjson.loads(one["tags"]))}
        )
        for one in found
    }


async def publications_of(product_ids: Sequence[UUID]) -> dict[UUID, list[PublicationFacts]]:
    """By channel. One statement."""
    found = await rows(
        """SELECT product_id, channel, status, live_from FROM publication
           WHERE product_id = ANY($1) ORDER BY product_id, channel""",
        list(product_ids),
    )
    grouped: dict[UUID, list[PublicationFacts]] = defaultdict(list)
    for product_id, *columns in found:
        grouped[product_id].append(PublicationFacts(*columns))
    return grouped


async def attributes_of(details: Mapping[UUID, Details], *, shop: Storefront) -> dict[UUID, list[AttributeFacts]]:
    """What is said of each product, in the order of its type, in the storefront's first language that has it.

    Four statements, and one more where something is referred to.
    """
    defined = await definitions()
    written = await texts_by_field(list(details), shop.languages)
    values: dict[UUID, list[tuple[Attribute, object]]] = {}
    for product_id, one in details.items():
        kind = defined.types.get(one.product_type or "")
        own = one.attributes | {
            field.removeprefix(ATTRIBUTE): text
            for field, text in written.get(product_id, {}).items()
            if _is_text(defined, field)
        }
        codes = [each.code for each in kind.attributes if each.code in own] if kind else []
        values[product_id] = [(defined.attributes[code], own[code]) for code in codes]
    named = {id for given in values.values() for attribute, value in given for id in _named(attribute, value)}
    names = await texts(sorted(named), "name", shop.languages)
    referred = {UUID(str(value)) for given in values.values() for attribute, value in given if attribute.refers_to}
    if referred:
        names |= await referred_names(sorted(referred), shop=shop)
    return {product_id: [_facts(*each, names) for each in given] for product_id, given in values.items()}


def _is_text(defined: Definitions, field: str) -> bool:
    attribute = defined.attributes.get(field.removeprefix(ATTRIBUTE)) if field.startswith(ATTRIBUTE) else None
    return attribute is not None and attribute.kind is AttributeKind.TEXT


def _named(attribute: Attribute, value: object) -> list[UUID]:
    """What has a name of its own: the attribute, and the choice."""
    choice = attribute.choices.get(str(value))
    return [attribute.id] if choice is None else [attribute.id, choice.id]


def _facts(attribute: Attribute, value: object, names: Mapping[UUID, str]) -> AttributeFacts:
    choice = attribute.choices.get(str(value)) if attribute.kind is AttributeKind.CHOICE else None
    shown = names.get(UUID(str(value))) if attribute.refers_to else None
    return AttributeFacts(
        code=attribute.code,
        name=names.get(attribute.id, attribute.code),
        kind=attribute.kind,
        unit=attribute.unit,
        refers_to=attribute.refers_to,
        value=Decimal(str(value)) if attribute.kind is AttributeKind.NUMBER else value,
        shown=shown if choice is None else names.get(choice.id, choice.code),
    )

"""What may be said of products, and whether what is said of one is that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from domain.catalog.attributes.facts import (
    Attribute,
    AttributeKind,
    Choice,
    Definitions,
    ProductType,
    Referred,
    TypeAttribute,
)
from domain.catalog.attributes.values import checked_value
from domain.shared.database import rows, run
from domain.shared.errors import InvalidInput
from domain.shared.locks import AdvisoryLock
from domain.shared.transactions import require_transaction


@dataclass(frozen=True)
class CheckedAttributes:
    """`stored` is what stands in the product's row, `texts` the texts in the shop's language, both by the attributes'
    codes; what `references` names must exist (`existing` asks).
    """

    stored: dict[str, object] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    references: dict[str, tuple[Referred, UUID]] = field(default_factory=dict)


async def definitions() -> Definitions:
    """All types, attributes and choices, for reading, by two statements. Who writes values takes `held_definitions`."""
    return Definitions(await _types(), await _attributes())


async def held_definitions() -> Definitions:
    """As they are until the caller's transaction ends: meanwhile nothing is removed from them.

    Writers of products do not hinder each other; whoever removes an attribute or a choice waits for them all, and then
    sees what they have written.
    """
    require_transaction("held_definitions")
    await run("SELECT pg_advisory_xact_lock_shared($1)", AdvisoryLock.DEFINITIONS)
    return await definitions()


async def lock_definitions() -> None:
    """Wait until nobody writes values by them, and let nobody begin until the caller's transaction ends."""
    require_transaction("lock_definitions")
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.DEFINITIONS)


def checked_attributes(
    definitions: Definitions, type_code: str | None, values: Mapping[str, object]
) -> CheckedAttributes:
    """The values in the form in which they are stored, by what a product of this type may have.

    `values` are all of the product; None and a blank text count as none. Raises InvalidInput naming `attributes.<code>`,
    by the rules "unknownAttribute" and "required" and those of `checked_value`; naming `productType` by "oneOf".
    """
    given = {code: value for code, value in values.items() if value is not None and str(value).strip() != ""}
    has = {one.code: one.is_required for one in _attributes_of(definitions, type_code)}
    for code in given:
        if code not in has:
            raise InvalidInput(field=f"attributes.{code}", rule="unknownAttribute", limit=", ".join(has))
    for code, is_required in has.items():
        if is_required and code not in given:
            raise InvalidInput(field=f"attributes.{code}", rule="required")
    return _checked([(definitions.attributes[code], value) for code, value in given.items()])


async def existing(wanted: Mapping[str, tuple[Referred, UUID]]) -> set[str]:
    """Those codes of `CheckedAttributes.references` whose thing there is. One statement."""
    found = await rows(
        """SELECT g.code FROM unnest($1::text[], $2::text[], $3::uuid[]) AS g(code, kind, id)
           WHERE CASE g.kind WHEN 'product' THEN EXISTS (SELECT FROM product WHERE id = g.id)
                             WHEN 'category' THEN EXISTS (SELECT FROM category WHERE id = g.id)
                             ELSE EXISTS (SELECT FROM supplier WHERE id = g.id) END""",
        list(wanted),
        [str(kind) for kind, _ in wanted.values()],
        [id for _, id in wanted.values()],
    )
    return {one["code"] for one in found}


def _attributes_of(definitions: Definitions, type_code: str | None) -> tuple[TypeAttribute, ...]:
    if type_code is None:
        return ()
    if type_code not in definitions.types:
        raise InvalidInput(field="productType", rule="oneOf", limit=", ".join(definitions.types))
    return definitions.types[type_code].attributes


def _checked(given: Iterable[tuple[Attribute, object]]) -> CheckedAttributes:
    checked = CheckedAttributes()
    for attribute, value in given:
        known = checked_value(attribute, value, path=f"attributes.{attribute.code}")
        if attribute.kind is AttributeKind.TEXT:
            checked.texts[attribute.code] = str(known)
            continue
        checked.stored[attribute.code] = known
        if attribute.refers_to is not None:
            checked.references[attribute.code] = (attribute.refers_to, UUID(str(known)))
    return checked


async def _types() -> dict[str, ProductType]:
    found = await rows(
        """SELECT t.id, t.code, t.version,
                  coalesce(jsonb_agg(jsonb_build_array(a.code, ta.is_required) ORDER BY ta.position, a.code)
                           FILTER (WHERE a.id IS NOT NULL), '[]') AS attributes
           FROM product_type t LEFT JOIN type_attribute ta ON ta.product_type_id = t.id
           LEFT JOIN attribute a ON a.id = ta.attribute_id GROUP BY t.id ORDER BY t.code"""
    )
    return {
        one["code"]: ProductType(
            one["id"],
            one["code"],
            one["version"],
            tuple(TypeAttribute(*each) for each in orjson.loads(one["attributes"])),
        )
        for one in found
    }


async def _attributes() -> dict[str, Attribute]:
    found = await rows(
        """SELECT a.id, a.code, a.kind, a.unit, a.refers_to, a.is_filterable, a.version,
                  coalesce(jsonb_agg(jsonb_build_array(c.id, c.code, c.position) ORDER BY c.position, c.code)
                           FILTER (WHERE c.id IS NOT NULL), '[]') AS choices
           FROM attribute a LEFT JOIN attribute_choice c ON c.attribute_id = a.id GROUP BY a.id ORDER BY a.code"""
    )
    return {
        one["code"]: Attribute(
            id=one["id"],
            code=one["code"],
            kind=AttributeKind(one["kind"]),
            unit=one["unit"],
            refers_to=one["refers_to"] and Referred(one["refers_to"]),
            is_filterable=one["is_filterable"],
            version=one["version"],
            choices={code: Choice(UUID(id), code, position) for id, code, position in orjson.loads(one["choices"])},
        )
        for one in found
    }

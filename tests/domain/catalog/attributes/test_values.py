from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.catalog.attributes.definitions import checked_attributes
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
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id

SOMEBODY = UUID("018f0000-0000-7000-8000-000000000001")


def an_attribute(code: str, kind: AttributeKind, *choices: str) -> Attribute:
    return Attribute(
        id=new_id(),
        code=code,
        kind=kind,
        unit="kg" if kind is AttributeKind.NUMBER else None,
        refers_to=Referred.PRODUCT if kind is AttributeKind.REFERENCE else None,
        is_filterable=True,
        version=1,
        choices={one: Choice(new_id(), one, 0) for one in choices},
    )


WEIGHT = an_attribute("weight", AttributeKind.NUMBER)
CARE = an_attribute("care", AttributeKind.TEXT)
MATERIAL = an_attribute("material", AttributeKind.CHOICE, "cotton", "wool")
GOES_WITH = an_attribute("goes-with", AttributeKind.REFERENCE)
KNOWN = Definitions(
    types={
        "shirt": ProductType(
            new_id(),
            "shirt",
            1,
            (
                TypeAttribute("material", is_required=True),
                TypeAttribute("care", is_required=False),
                TypeAttribute("goes-with", is_required=False),
            ),
        )
    },
    attributes={one.code: one for one in (WEIGHT, CARE, MATERIAL, GOES_WITH)},
)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (AttributeKind.NUMBER, "1.250", "1.25"),
        (AttributeKind.NUMBER, 7, "7"),
        (AttributeKind.NUMBER, Decimal("1E+3"), "1000"),
        (AttributeKind.NUMBER, "-0.0", "0"),
        (AttributeKind.NUMBER, " -3.000001 ", "-3.000001"),
        (AttributeKind.BOOLEAN, "TRUE", True),
        (AttributeKind.BOOLEAN, False, False),
        (AttributeKind.DATE, "2028-02-29", "2028-02-29"),
        (AttributeKind.DATE, date(2026, 1, 31), "2026-01-31"),
        (AttributeKind.CHOICE, "cotton", "cotton"),
        (AttributeKind.REFERENCE, SOMEBODY, str(SOMEBODY)),
        (AttributeKind.TEXT, " Wash\r\ncold ", "Wash\ncold"),
    ],
)
def test_a_value_is_stored_in_one_form(kind: AttributeKind, value: object, stored: object) -> None:
    attribute = an_attribute("a", kind, "cotton")

    known = checked_value(attribute, value, path="attributes.a")

    assert known == stored
    assert type(known) is type(stored)


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (AttributeKind.NUMBER, "heavy", "number"),
        (AttributeKind.NUMBER, "NaN", "number"),
        (AttributeKind.NUMBER, "Infinity", "number"),
        (AttributeKind.NUMBER, "1_000", "number"),
        (AttributeKind.NUMBER, "1e999999", "number"),
        (AttributeKind.NUMBER, "1000000000000000", "number"),
        (AttributeKind.NUMBER, True, "number"),
        (AttributeKind.NUMBER, "0.0000001", "fraction"),
        (AttributeKind.NUMBER, "1e-999999", "fraction"),
        (AttributeKind.BOOLEAN, "yes", "boolean"),
        (AttributeKind.BOOLEAN, 1, "boolean"),
        (AttributeKind.DATE, "2026-02-29", "date"),
        (AttributeKind.DATE, "31.01.2026", "date"),
        (AttributeKind.CHOICE, "Cotton", "oneOf"),
        (AttributeKind.CHOICE, ["cotton"], "oneOf"),
        (AttributeKind.REFERENCE, "somebody", "id"),
        (AttributeKind.TEXT, 3, "text"),
        (AttributeKind.TEXT, "x" * 5001, "length"),
        (AttributeKind.TEXT, "bell \a", "controls"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_field_and_rule(kind: AttributeKind, value: object, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_value(an_attribute("a", kind, "cotton"), value, path="attributes.a")

    assert (refused.value.field, refused.value.rule) == ("attributes.a", rule)


def test_texts_and_references_are_told_apart_from_what_the_row_keeps() -> None:
    checked = checked_attributes(KNOWN, "shirt", {"material": "wool", "care": "Cold", "goes-with": SOMEBODY})

    assert checked.stored == {"material": "wool", "goes-with": str(SOMEBODY)}
    assert checked.texts == {"care": "Cold"}
    assert checked.references == {"goes-with": (Referred.PRODUCT, SOMEBODY)}


@pytest.mark.parametrize(
    ("type_code", "values", "field", "rule"),
    [
        ("shirt", {"material": "wool", "weight": "1"}, "attributes.weight", "unknownAttribute"),
        ("shirt", {"material": "wool", "colour": "red"}, "attributes.colour", "unknownAttribute"),
        ("shirt", {"care": "Cold"}, "attributes.material", "required"),
        ("shirt", {"material": None}, "attributes.material", "required"),
        ("shirt", {"material": "  "}, "attributes.material", "required"),
        ("trousers", {}, "productType", "oneOf"),
        (None, {"material": "wool"}, "attributes.material", "unknownAttribute"),
    ],
)
def test_values_that_the_type_does_not_accept_are_refused(
    type_code: str | None, values: dict[str, object], field: str, rule: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_attributes(KNOWN, type_code, values)

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_product_without_a_type_has_no_attributes() -> None:
    assert checked_attributes(KNOWN, None, {"material": None}).stored == {}

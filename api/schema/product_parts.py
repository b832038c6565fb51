"""Parts of a product: what is said of it, and what its editors see."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from babel.dates import format_date
from babel.numbers import format_decimal

from api.access import PARENT, Access
from api.ids import encode
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import Approval, PublicationStatus
from domain.catalog.products.details import AttributeFacts, Details, PublicationFacts
from domain.shared.messages import text

AttributeKindEnum = strawberry.enum(AttributeKind, name="AttributeKind")
PublicationStatusEnum = strawberry.enum(PublicationStatus, name="PublicationStatus")
ApprovalEnum = strawberry.enum(
    Approval, name="ProductApproval", description="Whether staff let a supplier's product be on sale."
)


@strawberry.type(directives=[Access(requires=PARENT)], description="What an attribute says of a product.")
class AttributeValue:
    code: str
    name: str
    kind: AttributeKind
    unit: str | None = strawberry.field(description="Of numbers, by UCUM.")
    value: str = strawberry.field(
        description='For programs: "1.25", "true", "2026-01-31", a choice\'s code, an id, or the text.'
    )
    display: str = strawberry.field(
        description="For people, in their language; of a reference the name, empty for a product not on sale here."
    )


@strawberry.type(directives=[Access(requires=PARENT)], description="What becomes of a product in one channel.")
class Publication:
    channel: str
    status: PublicationStatus
    live_from: datetime | None = strawberry.field(description="When it goes live, where it is scheduled.")


@strawberry.type(directives=[Access(requires=PARENT)], description="What those see who may write the product.")
class ProductManagement:
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    approval: Approval
    approval_note: str | None = strawberry.field(description="Why staff refused it.")
    external_id: str | None = strawberry.field(description="The supplier's own name for it.")
    publications: list[Publication] = strawberry.field(
        description="In channels that are not named here the product is a draft."
    )
    updated_at: datetime


def show_attribute(facts: AttributeFacts, language: str) -> AttributeValue:
    return AttributeValue(
        code=facts.code,
        name=facts.name,
        kind=facts.kind,
        unit=facts.unit,
        value=_for_programs(facts),
        display=_for_people(facts, language),
    )


def show_management(details: Details, publications: Sequence[PublicationFacts]) -> ProductManagement:
    return ProductManagement(
        version=details.version,
        approval=Approval(details.approval),
        approval_note=details.approval_note,
        external_id=details.external_id,
        publications=[
            Publication(channel=one.channel, status=PublicationStatus(one.status), live_from=one.live_from)
            for one in publications
        ],
        updated_at=details.updated_at,
    )


def _for_programs(facts: AttributeFacts) -> str:
    value: Any = facts.value
    if facts.refers_to is not None:
        return encode(facts.refers_to.title(), UUID(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _for_people(facts: AttributeFacts, language: str) -> str:
    locale, value = language.replace("-", "_"), facts.value
    if isinstance(value, bool):
        return text("YES" if value else "NO", language)
    if isinstance(value, Decimal):
        number = format_decimal(value, locale=locale)
        return f"{number} {facts.unit}" if facts.unit else number
    if facts.kind is AttributeKind.DATE:
        return format_date(date.fromisoformat(str(value)), locale=locale)
    if facts.refers_to is not None:
        return facts.shown or ""
    return facts.shown or str(value)

"""What people change of themselves."""

import strawberry

from api.errors import result
from api.schema.identity import User
from domain.shared.errors import StaleVersion


@strawberry.input(
    description="What is left out stays as it is; null clears country, phone and taxNumber, and is refused elsewhere."
)
class UpdateProfileInput:
    name: str | None = strawberry.UNSET
    language: str | None = strawberry.field(default=strawberry.UNSET, description="en or zh-Hans.")
    currency: str | None = strawberry.field(default=strawberry.UNSET, description="One that the shop sells in.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="ISO 3166-1 alpha-2.")
    phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="A number of one's country, or with + and the country's code."
    )
    tax_number: str | None = strawberry.UNSET
    expected_version: int | None = strawberry.field(default=None, description="The person's version.")
    idempotency_key: str | None = None


UpdateProfileResult = result("UpdateProfileResult", User, StaleVersion)


def changes_of(input: UpdateProfileInput) -> dict[str, str | None]:
    """What was given, null included."""
    given = {
        "name": input.name,
        "language": input.language,
        "currency": input.currency,
        "country": input.country,
        "phone": input.phone,
        "tax_number": input.tax_number,
    }
    return {name: text for name, text in given.items() if text is not strawberry.UNSET}

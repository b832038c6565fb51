from typing import Any

import pytest

from domain.identity.personal import person_key
from domain.shared.database import row, rows
from domain.shared.viewer import Viewer
from tests.api.client import Client, signed_in
from tests.factories.guests import a_guest
from tests.factories.people import a_person

UPDATE = """mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
    ... on User { name language currency country phone taxNumber version }
    ... on Error { __typename code message } ... on InvalidInputError { field rule limit }
    ... on StaleVersionError { expected current } } }"""
BEFORE = {
    "name": "Test Person",
    "language": "en",
    "currency": "EUR",
    "country": "DE",
    "phone": None,
    "taxNumber": None,
    "version": 1,
}


async def _update(client: Client, **input: Any) -> Any:
    return (await client.ask(UPDATE, input=input))["updateProfile"]


async def test_what_is_given_changes_and_the_rest_stays(api: str) -> None:
    client = await signed_in(api, await a_person())

    first = await _update(client, name="Lena Brandt", phone="0451 123456", taxNumber="DE 123 456 788")
    second = await _update(client, language="zh-Hans", currency="CNY", country="CN", expectedVersion=2)
    third = await _update(client, phone=None, country=None, taxNumber=None)

    told = {"name": "Lena Brandt", "phone": "+49451123456", "taxNumber": "DE 123 456 788"}
    assert first == BEFORE | told | {"version": 2}
    assert second == first | {"language": "zh-Hans", "currency": "CNY", "country": "CN", "version": 3}
    assert third == second | {"phone": None, "country": None, "taxNumber": None, "version": 4}


async def test_a_phone_number_is_read_as_one_of_the_country_that_is_given_with_it(api: str) -> None:
    client = await signed_in(api, await a_person())

    changed = await _update(client, phone="138 1234 5678", country="CN")

    assert changed["phone"] == "+8613812345678"


@pytest.mark.parametrize(
    ("input", "field", "rule"),
    [
        ({"name": None}, "name", "required"),
        ({"name": "Ada\r\nBcc: all@example.org"}, "name", "printable"),
        ({"name": " "}, "name", "length"),
        ({"language": None}, "language", "required"),
        ({"language": "fr"}, "language", "oneOf"),
        ({"currency": "JPY"}, "currency", "oneOf"),
        ({"country": "Germany"}, "country", "iso3166"),
        ({"phone": "12"}, "phone", "phone"),
        ({"phone": "0451 123456", "country": None}, "phone", "phone"),
        ({"taxNumber": "1" * 41}, "taxNumber", "length"),
        ({"taxNumber": "1\n2"}, "taxNumber", "printable"),
    ],
)
async def test_bad_input_names_its_field_and_changes_nothing(
    api: str, input: dict[str, Any], field: str, rule: str
) -> None:
    client = await signed_in(api, await a_person())

    refused = await _update(client, **input)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)
    assert await _update(client) == BEFORE | {"version": 2}


async def test_a_stale_version_is_refused_and_a_key_that_comes_again_is_answered(api: str) -> None:
    client = await signed_in(api, await a_person())

    first = await _update(client, name="Once", expectedVersion=1, idempotencyKey="k")
    again = await _update(client, name="Once", expectedVersion=1, idempotencyKey="k")
    stale = await _update(client, name="Twice", expectedVersion=1)

    assert first == again == BEFORE | {"name": "Once", "version": 2}
    assert (stale["code"], stale["expected"], stale["current"]) == ("STALE_VERSION", 1, 2)


async def test_guests_have_no_profile_to_change(api: str) -> None:
    refused = await (await signed_in(api, await a_guest())).refusal(UPDATE, input={"language": "zh-Hans"})

    assert (refused["code"], refused["permission"]) == ("NOT_ALLOWED", "account")


async def test_a_change_is_told_and_audited_without_what_was_said(api: str) -> None:
    person: Viewer = await a_person()
    assert person.user_id is not None

    await _update(await signed_in(api, person), name="Quirin Zabel", phone="+4938851123456", country="AT")

    entry = await row("SELECT * FROM audit_entry WHERE action = 'updateProfile' AND subject_id = $1", person.user_id)
    stored, key = await row("SELECT * FROM users WHERE id = $1", person.user_id), await person_key(person.user_id)
    events = await rows("SELECT kind, sequence, data FROM event WHERE subject_id = $1", person.user_id)
    assert entry is not None
    assert stored is not None
    assert key is not None
    assert '"country":"DE"' in entry["before"]
    assert '"changed":["country","name","phone"]' in entry["after"]
    assert "Zabel" not in f"{entry}{stored}{events}"
    assert key.open(stored["name_sealed"], "name") == "Quirin Zabel"
    assert [tuple(one) for one in events] == [("user.profile_updated", 2, "{}")]

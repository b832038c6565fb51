"""Consent, the copy of one's data and erasure, as clients see them."""

from typing import Any

import httpx
import pytest

from api.ids import decode, encode
from domain.identity.privacy.erase import erase_person
from domain.identity.privacy.export import export_personal_data
from domain.identity.sessions.cutoffs import REFRESH_SECONDS
from domain.shared.database import run
from tests.api.client import Client, signed_in
from tests.e2e.waiting import until
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.payments import event_of
from tests.factories.people import a_person
from workers.privacy import COLLECTORS, ERASURE

TEXTS = "query ($language: String) { consentTexts(language: $language) { purpose textVersion language title text } }"
CONSENT = "purpose textVersion language given"
ERRORS = "... on Error { __typename code message }"
GIVE = f"""mutation ($input: GiveConsentInput!) {{
    giveConsent(input: $input) {{ ... on Consent {{ {CONSENT} }} {ERRORS} }} }}"""
WITHDRAW = f"""mutation ($input: WithdrawConsentInput!) {{
    withdrawConsent(input: $input) {{ ... on Consent {{ {CONSENT} }} {ERRORS} }} }}"""
REQUEST = "id personId type state refusal fileUrl expiresAt doneAt"
EXPORT = f"""mutation ($input: RequestPersonalDataInput!) {{
    requestPersonalData(input: $input) {{ ... on PrivacyRequest {{ {REQUEST} }} {ERRORS} }} }}"""
ERASE = f"""mutation ($input: RequestErasureInput!) {{ requestErasure(input: $input) {{
    ... on PrivacyRequest {{ {REQUEST} }} {ERRORS} ... on OrdersUnderWayError {{ orders }} }} }}"""
ME = f"{{ me {{ consents {{ {CONSENT} }} privacyRequests {{ {REQUEST} }} }} }}"
ONE = f"query ($id: ID!) {{ privacyRequest(id: $id) {{ {REQUEST} }} }}"


async def _fetch(client: Client, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"{client.url}{path}", headers=client.headers())


async def _made(request: dict[str, Any]) -> None:
    """What the worker does."""
    request_id = decode("PrivacyRequest", request["id"], field="id")
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, COLLECTORS)


async def test_everybody_reads_the_texts_in_their_language(api: str) -> None:
    english = (await Client(api).ask(TEXTS))["consentTexts"]
    chinese = (await Client(api, language="zh-Hans").ask(TEXTS))["consentTexts"]
    asked = (await Client(api).ask(TEXTS, language="zh-Hans"))["consentTexts"]

    assert [one["purpose"] for one in english] == ["TERMS", "MARKETING", "ANALYTICS"]
    assert chinese == asked
    assert {one["language"] for one in chinese} == {"zh-Hans"}
    assert english[0]["title"] == "Terms of sale"


async def test_somebody_agrees_takes_it_back_and_sees_both(api: str) -> None:
    client = await signed_in(api, await a_person())
    [_, text, _] = (await client.ask(TEXTS))["consentTexts"]

    given = await client.ask(GIVE, input={"purpose": "MARKETING", "textVersion": text["textVersion"]})
    withdrawn = await client.ask(WITHDRAW, input={"purpose": "MARKETING"})

    said = {"purpose": "MARKETING", "textVersion": text["textVersion"], "language": "en"}
    assert given["giveConsent"] == {**said, "given": True}
    assert withdrawn["withdrawConsent"] == {**said, "given": False}
    assert (await client.ask(ME))["me"]["consents"] == [{**said, "given": False}, {**said, "given": True}]


@pytest.mark.parametrize(("language", "word"), [("en", "refused already"), ("zh-Hans", "此前已")])
async def test_who_never_agreed_to_being_learned_from_objects_once(api: str, language: str, word: str) -> None:
    client = await signed_in(api, await a_person(), language=language)

    objected = (await client.ask(WITHDRAW, input={"purpose": "ANALYTICS"}))["withdrawConsent"]
    again = (await client.ask(WITHDRAW, input={"purpose": "ANALYTICS"}))["withdrawConsent"]

    assert (objected["purpose"], objected["given"]) == ("ANALYTICS", False)
    assert (await client.ask(ME))["me"]["consents"] == [objected]
    assert again["code"] == "CONSENT_NOT_GIVEN"
    assert word in again["message"]


@pytest.mark.parametrize(("language", "word"), [("en", "no version"), ("zh-Hans", "没有版本")])
async def test_an_unknown_version_is_refused_by_name_in_the_persons_language(
    api: str, language: str, word: str
) -> None:
    client = await signed_in(api, await a_person(), language=language)

    refused = (await client.ask(GIVE, input={"purpose": "TERMS", "textVersion": "1999"}))["giveConsent"]

    assert (refused["__typename"], refused["code"]) == ("ConsentTextUnknownError", "CONSENT_TEXT_UNKNOWN")
    assert word in refused["message"]


async def test_nobody_agrees_for_nobody(api: str) -> None:
    refused = await Client(api).refusal(GIVE, input={"purpose": "TERMS", "textVersion": "1999"})

    assert refused["code"] == "NOT_SIGNED_IN"


async def test_a_copy_is_asked_for_made_and_fetched(api: str) -> None:
    client = await signed_in(api, await a_person())

    asked = (await client.ask(EXPORT, input={}))["requestPersonalData"]
    await _made(asked)
    [done] = (await client.ask(ME))["me"]["privacyRequests"]
    answer = await _fetch(client, done["fileUrl"])

    assert (asked["type"], asked["state"], asked["fileUrl"]) == ("EXPORT", "REQUESTED", None)
    assert (done["id"], done["state"]) == (asked["id"], "DONE")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="personal-data.json"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json()["person"]["profile"]["name"] == "Test Person"


async def test_the_file_is_for_the_person_and_for_the_staff_who_asked(api: str) -> None:
    person, staff = await a_person(), await a_person("administrator")
    by_staff = await signed_in(api, staff)
    person_id = encode("User", person.signed_in())
    asked = (await by_staff.ask(EXPORT, input={"personId": person_id}))["requestPersonalData"]
    await _made(asked)
    path = (await by_staff.ask(ONE, id=asked["id"]))["privacyRequest"]["fileUrl"]

    statuses = [
        (await _fetch(client, path)).status_code
        for client in (
            by_staff,
            await signed_in(api, person),
            await signed_in(api, await a_person("administrator")),
            await signed_in(api, await a_person()),
            Client(api),
            Client(api, token="forged"),
        )
    ]

    assert statuses == [200, 200, 404, 404, 401, 401]


async def test_a_file_that_has_expired_or_is_gone_is_not_found(api: str) -> None:
    client = await signed_in(api, await a_person())
    asked = (await client.ask(EXPORT, input={}))["requestPersonalData"]
    await _made(asked)
    request_id = decode("PrivacyRequest", asked["id"], field="id")
    path = f"/files/personal-data/{request_id}.json"
    await run("UPDATE privacy_request SET file_path = 'personal-data/none' WHERE id = $1", request_id)
    gone = await _fetch(client, path)
    await run("UPDATE privacy_request SET expires_at = now() WHERE id = $1", request_id)
    expired = await _fetch(client, path)

    assert (gone.status_code, expired.status_code) == (404, 404)
    assert (await client.ask(ME))["me"]["privacyRequests"][0]["fileUrl"] is None


async def test_of_others_only_who_may_sees_the_requests(api: str) -> None:
    person = await a_person()
    asked = (await (await signed_in(api, person)).ask(EXPORT, input={}))["requestPersonalData"]

    stranger = await (await signed_in(api, await a_person())).ask(ONE, id=asked["id"])
    support = await (await signed_in(api, await a_person("support"))).ask(ONE, id=asked["id"])
    administrator = await (await signed_in(api, await a_person("administrator"))).ask(ONE, id=asked["id"])

    assert stranger == support == {"privacyRequest": None}
    assert administrator["privacyRequest"]["id"] == asked["id"]


async def test_for_somebody_else_it_takes_the_permission(api: str) -> None:
    support, person = await signed_in(api, await a_person("support")), encode("User", (await a_person()).signed_in())

    for mutation in (EXPORT, ERASE):
        refused = await support.refusal(mutation, input={"personId": person})
        assert refused["code"] == "NOT_ALLOWED"


async def test_erasure_ends_the_account_within_seconds(api: str) -> None:
    client = await signed_in(api, await a_person())
    await client.ask(ME)

    asked = (await client.ask(ERASE, input={}))["requestErasure"]
    await _erased(asked)

    assert (asked["type"], asked["state"]) == ("ERASURE", "REQUESTED")
    await until(lambda: _is_refused(client), seconds=REFRESH_SECONDS + 2)


async def test_orders_under_way_are_named_in_the_persons_language(api: str) -> None:
    person = await a_person()
    await an_order(person, await some_goods())
    client = await signed_in(api, person, language="zh-Hans")

    refused = (await client.ask(ERASE, input={}))["requestErasure"]

    assert refused["code"] == "ORDERS_UNDER_WAY"
    assert len(refused["orders"]) == 1
    assert refused["orders"][0] in refused["message"]
    assert "订单" in refused["message"]


@pytest.mark.parametrize(("mutation", "name"), [(ERASE, "requestErasure"), (EXPORT, "requestPersonalData")])
async def test_long_after_the_log_in_it_takes_the_password(api: str, mutation: str, name: str) -> None:
    person = await a_person()
    client = await signed_in(api, person)
    await run("UPDATE session SET created_at = now() - interval '1 hour' WHERE user_id = $1", person.user_id)

    refused = (await client.ask(mutation, input={}))[name]

    assert refused["code"] == "RECENT_LOG_IN_NEEDED"


@pytest.mark.parametrize("name", ["requestErasure", "requestPersonalData"])
async def test_a_document_checks_one_password(api: str, name: str) -> None:
    client = await signed_in(api, await a_person())
    once = f'{name}(input: {{password: "x"}}) {{ ... on Error {{ code }} }}'
    twice = f"mutation {{ a: {once} b: {once} }}"

    refused = await client.refusal(twice)

    assert refused["code"] == "QUERY_TOO_COMPLEX"


async def _erased(request: dict[str, Any]) -> None:
    request_id = decode("PrivacyRequest", request["id"], field="id")
    await erase_person(await event_of(request_id, "privacy.erasure_requested"), request_id, ERASURE)


async def _is_refused(client: Client) -> bool:
    return (await client.post(ME)).status_code == 401

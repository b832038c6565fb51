"""Searching the audit log, over the API."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.ids import encode
from domain.audit.record import record
from domain.shared.caller import Caller, bind_caller
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from domain.shared.logs import bind_request
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.audit import an_entry, chained
from tests.factories.people import a_person
from tests.statements import counted_statements

ENTRIES = """query($filter: AuditFilter, $first: Int! = 20, $after: String) {
    auditEntries(filter: $filter, first: $first, after: $after) {
      nodes { id at actor { kind id } action subject { kind id } before after network requestId position }
      pageInfo { endCursor hasNextPage } } }"""


async def test_an_entry_is_shown_as_it_was_recorded(api: str) -> None:
    person, order = uuid4(), uuid4()
    await asyncio.create_task(_shipped(person, order))  # a task: what it binds stays in it
    await chained()

    shown = (await _found(await _auditor(api), subject=encode("Order", order)))["nodes"]

    stored = await rows("SELECT id, at, position FROM audit_entry WHERE subject_id = $1", order)
    assert shown == [
        {
            "id": encode("AuditEntry", stored[0]["id"]),
            "at": stored[0]["at"].isoformat(),
            "actor": {"kind": "PERSON", "id": encode("User", person)},
            "action": "shipOrder",
            "subject": {"kind": "order", "id": encode("Order", order)},
            "before": None,
            "after": '{"a":1,"b":"x"}',
            "network": "2001:db8::/48",
            "requestId": "request-7",
            "position": stored[0]["position"],
        }
    ]


async def _shipped(person: UUID, order: UUID) -> None:
    bind_request("request-7")
    bind_caller(Caller(address="2001:db8::77:1"))
    async with transaction():
        await record(Viewer(user_id=person), "shipOrder", subject=("order", order), after={"b": "x", "a": 1})


@pytest.mark.parametrize(
    ("viewer", "kind", "actor_id"),
    [
        (Viewer(application_id=UUID(int=7)), "APPLICATION", encode("Application", UUID(int=7))),
        (PLATFORM, "PLATFORM", None),
        (ANONYMOUS, "NOBODY", None),
    ],
)
async def test_whoever_is_no_person_is_named_for_what_it_is(viewer: Viewer, kind: str, actor_id: str | None) -> None:
    signing_key = uuid4()
    await use_case(record)(viewer, "rotateKey", subject=("signing_key", signing_key))

    [shown] = await _searched(subject=encode("SigningKey", signing_key))

    assert shown["actor"] == {"kind": kind, "id": actor_id}
    assert shown["subject"] == {"kind": "signing_key", "id": encode("SigningKey", signing_key)}


async def test_every_filter_narrows_and_all_of_them_together() -> None:
    person, order, action, at = uuid4(), uuid4(), f"act{uuid4().hex}", now()
    for seconds in range(3):
        with clock_at(at + timedelta(seconds=seconds)):
            await an_entry(action, viewer=Viewer(user_id=person), subject_id=order)
    await an_entry(action)
    moments = {"from": (at + timedelta(seconds=1)).isoformat(), "to": (at + timedelta(seconds=2)).isoformat()}
    ids = {"actorId": encode("User", person), "subject": encode("Order", order)}

    counted = {
        "action": len(await _searched(action=action)),
        "actor": len(await _searched(actorId=ids["actorId"])),
        "subject": len(await _searched(subject=ids["subject"])),
        "from": len(await _searched(**{"from": moments["from"]}, action=action, actorId=ids["actorId"])),
        "to": len(await _searched(to=moments["to"], action=action, actorId=ids["actorId"])),
        "all": len(await _searched(**moments, **ids, action=action)),
        "another": len(await _searched(action=action, actorId=encode("User", uuid4()))),
    }

    assert counted == {"action": 4, "actor": 3, "subject": 3, "from": 2, "to": 2, "all": 1, "another": 0}


async def test_a_moment_without_an_offset_is_in_utc() -> None:
    action, at = f"act{uuid4().hex}", now()
    with clock_at(at):
        await an_entry(action)

    same, later = at.replace(tzinfo=None), (at + timedelta(microseconds=1)).replace(tzinfo=None)
    assert len(await _searched(**{"from": same.isoformat()}, action=action)) == 1
    assert len(await _searched(**{"from": later.isoformat()}, action=action)) == 0


async def test_what_one_request_did_is_found_by_its_id(api: str) -> None:
    buyer, request = await signed_in(api, await a_person()), uuid4().hex
    headers = {**buyer.headers(), "x-request-id": request}
    document = 'mutation { createCart(input: {currency: "EUR"}) { __typename } }'
    async with httpx.AsyncClient() as http:
        await http.post(f"{api}/graphql", json={"query": document}, headers=headers)

    [shown] = await _searched(requestId=request)

    assert (shown["action"], shown["actor"]["kind"], shown["network"]) == ("createCart", "PERSON", "127.0.0.0/24")


async def test_pages_go_from_the_newest_to_the_oldest_without_a_gap() -> None:
    action, at = f"act{uuid4().hex}", now()
    with clock_at(at):
        made = [encode("AuditEntry", await an_entry(action)) for _ in range(5)]

    pages, after = list[list[str]](), None
    while not pages or after is not None:
        found = (await execute(ENTRIES, PLATFORM, filter={"action": action}, first=2, after=after))["auditEntries"]
        pages.append([one["id"] for one in found["nodes"]])
        after = found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None

    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]


async def test_a_search_is_one_statement_for_one_entry_and_for_fifty(shop: Settings) -> None:
    action = f"act{uuid4().hex}"
    for _ in range(50):
        await an_entry(action)

    counts = {}
    for first in (1, 50):
        async with counted_statements(shop) as statements:
            data = await execute(ENTRIES, PLATFORM, filter={"action": action}, first=first)
        assert len(data["auditEntries"]["nodes"]) == first
        counts[first] = len(statements)

    assert counts == {1: 1, 50: 1}


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("true", "at"),
        ("actor_id = '018f3a5e-7b1c-7d2a-9c3e-5f4d6a7b8c9d'", "actor_id"),
        ("subject_id = '018f3a5e-7b1c-7d2a-9c3e-5f4d6a7b8c9d'", "subject_id"),
        ("action = 'x'", "action"),
        ("request_id = 'x' AND request_id <> ''", "request_id"),
    ],
)
async def test_no_search_reads_the_whole_log(condition: str, index: str) -> None:
    async with transaction():
        await run("SET LOCAL enable_seqscan = off")
        await run("SET LOCAL enable_bitmapscan = off")
        plan = await rows(
            f"EXPLAIN SELECT id FROM audit_entry WHERE {condition} AND at < now() ORDER BY at DESC, id DESC LIMIT 20"
        )
    definition = await value(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'audit_entry' AND $1 LIKE '%' || indexname || '%'", str(plan)
    )

    assert f"({index}" in definition


async def test_only_who_may_read_the_log_does(api: str) -> None:
    for who in (await signed_in(api, await a_person()), await signed_in(api, await a_person("support"))):
        refused = await who.refusal(ENTRIES)
        assert (refused["code"], refused["permission"]) == ("NOT_ALLOWED", "audit.read")
    assert (await Client(api).refusal(ENTRIES))["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"actorId": "x"}, "filter.actorId", "id"),
        ({"subject": encode("Order", UUID(int=1))[:-4]}, "filter.subject", "id"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "filter.from", "range"),
        ({"to": "9999-12-31T23:59:59-14:00"}, "filter.to", "range"),
    ],
)
async def test_what_is_no_filter_is_refused_by_name(api: str, given: dict[str, str], field: str, rule: str) -> None:
    refused = await (await _auditor(api)).refusal(ENTRIES, filter=given)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)


async def _auditor(api: str) -> Client:
    return await signed_in(api, await a_person("administrator"))


async def _found(client: Client, **filter: Any) -> Any:
    return (await client.ask(ENTRIES, filter=filter))["auditEntries"]


async def _searched(**filter: Any) -> Any:
    return (await execute(ENTRIES, PLATFORM, filter=filter))["auditEntries"]["nodes"]


@pytest.mark.parametrize(
    "sent", ["anna@example.org", "Anna Schmidt", "x" * 81, "caf\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
async def test_a_request_id_that_could_be_personal_is_replaced(api: str, sent: str) -> None:
    person = await a_person()
    buyer = await signed_in(api, person)
    document = 'mutation { createCart(input: {currency: "EUR"}) { __typename } }'

    headers = httpx.Headers({**buyer.headers(), "x-request-id": sent}, encoding="utf-8")
    async with httpx.AsyncClient() as http:
        await http.post(f"{api}/graphql", json={"query": document}, headers=headers)

    stored = await value(
        "SELECT request_id FROM audit_entry WHERE actor_id = $1 AND action = 'createCart'", person.user_id
    )
    assert UUID(stored)

"""Segments and reports, over the API."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.ids import encode
from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.analytics.run_report import run_report
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.factories.purchases import emitted

SEGMENTS = "{ customerSegments { key name size recencyDays frequency money { minor currency } } }"
REQUEST = """mutation($input: RequestReportInput!) { requestReport(input: $input) { __typename
    ... on Report { id state progress csvUrl chartUrl } ... on Error { code message }
    ... on InvalidInputError { field rule } } }"""
REPORT = """query($id: ID!) { report(id: $id) { state progress failure rowCount csvUrl csvSha256 chartUrl currency
    total { amount currency } forecast { method error naiveError weeks { start revenue { amount } low { minor } } } } }"""
REPORTS = """query($first: Int!, $after: String) { reports(first: $first, after: $after) {
    nodes { id } pageInfo { endCursor hasNextPage } } }"""


def _input(**changes: object) -> dict[str, object]:
    today = now().date()
    return {
        "since": str(today - timedelta(days=30)),
        "until": str(today),
        "currency": "EUR",
        "idempotencyKey": str(uuid4()),
    } | changes


async def _requested(client: Client, **changes: object) -> Any:
    return (await client.ask(REQUEST, input=_input(**changes)))["requestReport"]


async def _made(client: Client) -> tuple[str, UUID]:
    """A finished report's global id and id."""
    paid = await an_order(await a_person(), await some_goods(), 2, events=(OrderEvent.PAY,))
    await run("UPDATE orders SET placed_at = placed_at - interval '2 days' WHERE id = $1", paid)
    global_id = (await _requested(client))["id"]
    csv_of = UUID((await _uuid(global_id)))
    await run_report(await emitted("report.requested", csv_of), csv_of)
    return global_id, csv_of


async def _uuid(global_id: str) -> str:
    from base64 import b64decode

    return b64decode(global_id).decode().partition(":")[2]

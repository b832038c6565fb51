"""From an empty database to a sold, shipped, analysed order, through public clients only."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest_asyncio
from gql import Client as GqlClient
from gql import GraphQLRequest
from gql.transport.websockets import WebsocketsTransport

from domain.shared import database
from domain.shared.settings import Settings
from hanse.seed import Scale, seed
from tests.api.client import Client
from tests.conftest import own_database
from tests.e2e.mailbox import mailed_token
from tests.e2e.waiting import until
from tests.factories.audit import verified
from tests.processes import running, serving

SMALL = Scale(products=240, customers=300, orders=3_000)
PARTS = (
    ("workers.relay",),
    ("workers.schedule",),
    ("workers.run", "--queue", "default"),
    ("workers.run", "--queue", "ml"),
    ("workers.run", "--queue", "bulk"),
)
ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}
LOG_IN = """mutation($email: String!, $password: String!) { logIn(input: {email: $email, password: $password}) {
    ... on Tokens { accessToken refreshToken } ... on Error { code } } }"""
REPORT = """query($id: ID!) { report(id: $id) {
    state progress rowCount csvUrl chartUrl forecast { method weeks { start revenue { minor } low { minor } } } } }"""


@dataclass(frozen=True)
class Shop:
    url: str
    data_dir: Path
    passwords: dict[str, str]

    async def log_in(self, role: str) -> Client:
        return await _log_in(self.url, f"{role}@example.com", self.passwords[role])


@pytest_asyncio.fixture(scope="module")
async def open_shop(shop: Settings, tmp_path_factory: Any) -> AsyncIterator[Shop]:
    """A seeded shop with all its processes, the database its own."""
    folder: Path = tmp_path_factory.mktemp("story")
    async with own_database(shop, folder, f"{shop.redis_url}/2") as own, AsyncExitStack() as processes:
        await seed(scale=SMALL)
        for words in PARTS:
            await processes.enter_async_context(running(*words, shop=own))
        address = await processes.enter_async_context(serving(own))
        logins = orjson.loads((folder / "demo-logins.json").read_bytes())
        yield Shop(address, folder, {one["role"]: one["password"] for one in logins})


async def _log_in(url: str, email: str, password: str) -> Client:
    tokens = (await Client(url).ask(LOG_IN, email=email, password=password))["logIn"]
    return Client(url, tokens["accessToken"])


async def _buy(buyer: Client) -> str:
    """Buy something that sells well, and return the order's id."""
    listed = await buyer.ask(
        """{ products(first: 50, sort: BEST_SELLING, currency: "EUR") { nodes { slug variants { id available } } } }"""
    )
    slug = next(
        node["slug"] for node in listed["products"]["nodes"] if any(v["available"] > 5 for v in node["variants"])
    )
    page = await buyer.ask("query($s: String!) { product(slug: $s) { name variants { id available } } }", s=slug)
    variant = next(one for one in page["product"]["variants"] if one["available"] > 5)
    made = (await buyer.ask('mutation { createCart(input: {currency: "EUR"}) { ... on Cart { id } } }'))["createCart"]
    line = {"cartId": made["id"], "variantId": variant["id"], "quantity": 2}
    cart = (
        await buyer.ask(
            """mutation($input: CartLineInput!) { addCartLine(input: $input) {
                ... on Cart { version total { amount currency } } } }""",
            input=line,
        )
    )["addCartLine"]
    order = {
        "cartId": made["id"],
        "address": ADDRESS,
        "expectedTotal": cart["total"],
        "idempotencyKey": "my-first-order",
        "expectedVersion": cart["version"],
    }
    placed = await buyer.ask(
        """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
            ... on Order { id state } ... on Error { code message } } }""",
        input=order,
    )
    assert placed["placeOrder"].get("state") == "PENDING", placed
    order_id: str = placed["placeOrder"]["id"]
    return order_id


async def test_a_newcomer_buys_and_follows_the_order_to_the_door(open_shop: Shop) -> None:
    await _sign_up(open_shop, "newcomer@example.org", "correct horse battery")
    buyer = await _log_in(open_shop.url, "newcomer@example.org", "correct horse battery")
    transport = WebsocketsTransport(
        url=open_shop.url.replace("http", "ws") + "/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {buyer.token}"},
    )

    async with GqlClient(transport=transport) as socket:
        steps = _steps(socket, (await buyer.ask("{ orderUpdatesCursor }"))["orderUpdatesCursor"])
        order_id = await _buy(buyer)
        kinds = [await anext(steps), await anext(steps)]
        receipt = await until(lambda: _receipt(buyer, order_id))
        assert receipt is not None
        await _ship_and_deliver(open_shop, order_id)
        kinds += [await anext(steps), await anext(steps)]

    assert kinds == ["order.placed", "order.paid", "order.shipped", "order.delivered"]
    verified = await Client(open_shop.url).ask(
        """query($p: String!, $s: String!) { verifyReceipt(payload: $p, signature: $s) { valid orderNumber } }""",
        p=receipt["payload"],
        s=receipt["signature"],
    )
    assert verified["verifyReceipt"]["valid"] is True


async def _sign_up(open_shop: Shop, email: str, password: str) -> None:
    """By the link that was mailed."""
    person = {
        "email": email,
        "password": password,
        "name": "New Comer",
        "language": "en",
        "currency": "EUR",
        "country": "DE",
    }
    visitor = Client(open_shop.url)
    await visitor.ask(
        """mutation($input: SignUpInput!) { signUp(input: $input) {
            ... on SignUpAccepted { linkValidSeconds } ... on Error { code } } }""",
        input=person,
    )
    opened = await visitor.ask(
        """mutation($input: ConfirmEmailInput!) { confirmEmail(input: $input) {
            ... on AccountOpened { userId } ... on Error { code } } }""",
        input={"token": await mailed_token(open_shop.data_dir, email, "confirm-email"), "password": password},
    )
    assert "userId" in opened["confirmEmail"], opened


async def _steps(socket: Any, after: str) -> AsyncIterator[str]:
    query = GraphQLRequest(
        "subscription($after: String) { orderUpdates(after: $after) { kind } }", variable_values={"after": after}
    )
    async for answer in socket.subscribe(query):
        yield answer["orderUpdates"]["kind"]


async def _receipt(buyer: Client, order_id: str) -> dict[str, str] | None:
    found = await buyer.ask(
        "query($id: ID!) { order(id: $id) { state payment { state } receipt { payload signature } } }", id=order_id
    )
    receipt: dict[str, str] | None = found["order"]["receipt"]
    assert receipt is None or found["order"]["payment"]["state"] == "CAPTURED"
    return receipt


async def _ship_and_deliver(open_shop: Shop, order_id: str) -> None:
    clerk = await open_shop.log_in("fulfilment")
    parcel = {"orderId": order_id, "carrier": "Sandbox Post", "trackingNumber": "HB-1"}
    shipped = await clerk.ask(
        """mutation($input: ShipOrderInput!) { shipOrder(input: $input) {
            ... on Order { state shipment { trackingNumber } } ... on Error { code } } }""",
        input=parcel,
    )
    assert shipped["shipOrder"] == {"state": "SHIPPED", "shipment": {"trackingNumber": "HB-1"}}
    delivered = await clerk.ask(
        """mutation($input: DeliverOrderInput!) { deliverOrder(input: $input) {
            ... on Order { state nextEvents } ... on Error { code } } }""",
        input={"orderId": order_id},
    )
    assert delivered["deliverOrder"] == {"state": "DELIVERED", "nextEvents": []}


async def test_the_models_are_trained_by_themselves_and_answer(open_shop: Shop) -> None:
    customer = await open_shop.log_in("customer")

    async def advice() -> list[Any]:
        found = await customer.ask(
            "{ me { recommendations(first: 5) { score reason product { name priceFrom { amount } } } } }"
        )
        return [one for one in found["me"]["recommendations"] if one["reason"] == "TASTE"]

    recommended = await until(advice, seconds=90)
    listed = await customer.ask(
        "{ products(first: 20, sort: BEST_SELLING) { nodes { slug boughtTogether(first: 4) { slug } } } }"
    )

    assert len(recommended) > 0
    together = [node["boughtTogether"] for node in listed["products"]["nodes"]]
    assert len([neighbours for neighbours in together if len(neighbours) == 4]) > 10


async def test_customers_are_segmented_and_the_sizes_add_up(open_shop: Shop) -> None:
    analyst = await open_shop.log_in("analyst")

    async def segments() -> Any:
        found = await analyst.ask("{ customerSegments { key name size money { amount currency } } }")
        return found["customerSegments"]

    found = await until(segments, seconds=90)

    assert len(found) == 4
    assert len({one["name"] for one in found}) == 4
    buyers = await database.value(
        "SELECT count(DISTINCT buyer_id) FROM orders WHERE state IN ('paid','shipped','delivered')"
    )
    assert abs(sum(one["size"] for one in found) - buyers) <= 3


async def test_an_analyst_gets_a_report_as_table_and_chart(open_shop: Shop) -> None:
    analyst = await open_shop.log_in("analyst")
    days = await database.row("SELECT min(placed_at)::date AS since, max(placed_at)::date AS until FROM orders")
    assert days is not None
    asked = await analyst.ask(
        """mutation($input: RequestReportInput!) { requestReport(input: $input) {
            ... on Report { id state progress } ... on Error { code message } } }""",
        input={"since": str(days["since"]), "until": str(days["until"]), "currency": "EUR", "idempotencyKey": "once"},
    )
    report_id = asked["requestReport"]["id"]

    async def done() -> Any:
        found = (await analyst.ask(REPORT, id=report_id))["report"]
        assert found["state"] != "failed"
        return found if found["state"] == "done" else None

    report = await until(done, seconds=90)
    table = await _download(open_shop, analyst, report["csvUrl"])
    chart = await _download(open_shop, analyst, report["chartUrl"])
    stranger = await open_shop.log_in("customer")

    assert report["progress"] == 100
    assert len(report["forecast"]["weeks"]) == 8
    parsed = list(csv.DictReader(io.StringIO(table.text)))
    assert len(parsed) == report["rowCount"] > 500
    assert chart.text.lstrip().startswith("<?xml")
    assert "</svg>" in chart.text
    async with httpx.AsyncClient() as http:
        refused = await http.get(open_shop.url + report["csvUrl"], headers=stranger.headers())
    assert refused.status_code in {403, 404}


async def _download(open_shop: Shop, client: Client, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        answer = await http.get(open_shop.url + path, headers={"authorization": f"Bearer {client.token}"})
    assert answer.status_code == 200, answer.text
    return answer


async def test_what_was_done_stands_in_the_audit_log_as_it_was_written(open_shop: Shop) -> None:
    administrator = await open_shop.log_in("administrator")
    await until(_everything_has_its_place)

    found = await verified()
    listed = await administrator.ask("{ auditEntries(first: 100) { nodes { action position } } }")

    assert found.findings == ()
    assert {"makeSigningKey", "logIn"} <= {one["action"] for one in listed["auditEntries"]["nodes"]}


async def _everything_has_its_place() -> bool:
    return not await database.value("SELECT count(*) FROM audit_entry WHERE position IS NULL")

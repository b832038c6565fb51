import asyncio
from typing import Any

import pytest

from api.ids import encode
from domain.identity.accounts.confirm_registration import ConfirmEmail, confirm_email
from domain.identity.accounts.mail_links import mail_token
from domain.identity.accounts.sign_up import SignUp, sign_up
from domain.identity.email_lookup import email_hash
from domain.shared.database import value
from domain.shared.viewer import ANONYMOUS
from tests.api.client import Client, signed_in
from tests.factories.goods import Goods, some_goods
from tests.factories.guests import a_guest, somebody_at
from tests.factories.identity import PASSWORD, an_email
from tests.factories.orders import an_order
from tests.factories.people import a_person

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
START = f"""mutation($input: StartGuestSessionInput!) {{ startGuestSession(input: $input) {{
    ... on Tokens {{ accessToken refreshToken user {{ isGuest email language currency country }} }} {ERRORS} }} }}"""
REFRESH = """mutation($token: String!) { refreshSession(input: {refreshToken: $token}) {
    ... on Tokens { accessToken refreshToken } ... on Error { code } } }"""
LOG_IN = """mutation($email: String!, $password: String!) { logIn(input: {email: $email, password: $password}) {
    ... on Tokens { accessToken } ... on Error { code } } }"""
CREATE = 'mutation { createCart(input: {currency: "EUR"}) { ... on Cart { id } } }'
ADD_LINE = (
    "mutation($input: CartLineInput!) { addCartLine(input: $input) { ... on Cart { total { amount currency } } } }"
)
PLACE = f"""mutation($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{
    ... on Order {{ id number state }} {ERRORS} }} }}"""
CLAIM = f"""mutation {{ claimGuestOrders {{
    ... on OrdersClaimed {{ orders {{ number version address {{ city }} lines {{ sku }} }} }} {ERRORS} }} }}"""
ORDERS = "{ me { isGuest } orders { nodes { number } } }"
GUESTS_ORDER = "query($id: ID!) { order(id: $id) { id } orders { nodes { id } } }"
ARRIVING = {"language": "en", "currency": "EUR", "country": "DE"}
ADDRESS = {"name": "Ada Berg", "line1": "Lange Straße 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}


async def _buy(guest: Client, goods: Goods, **more: Any) -> Any:
    cart = (await guest.ask(CREATE))["createCart"]["id"]
    line = {"cartId": cart, "variantId": encode("Variant", goods.variant_id), "quantity": 2}
    total = (await guest.ask(ADD_LINE, input=line))["addCartLine"]["total"]
    order = {"cartId": cart, "address": ADDRESS, "expectedTotal": total, "idempotencyKey": cart}
    return (await guest.ask(PLACE, input=order | more))["placeOrder"]


async def _become_somebody(email: str) -> None:
    """Sign up, and follow the mailed link."""
    await sign_up(ANONYMOUS, SignUp(email, PASSWORD, "Ada Berg", "en", "EUR", "DE"))
    link = await value("SELECT id FROM mail_link WHERE email_hash = $1", await email_hash(email))
    await confirm_email(ConfirmEmail(await mail_token(link), PASSWORD))


async def test_a_guest_buys_stays_signed_in_signs_up_and_claims_the_order(api: str) -> None:
    email, goods = an_email(), await some_goods()

    tokens = (await Client(api).ask(START, input=ARRIVING))["startGuestSession"]
    order = await _buy(Client(api, tokens["accessToken"]), goods, email=email)
    renewed = (await Client(api).ask(REFRESH, token=tokens["refreshToken"]))["refreshSession"]
    as_guest = await Client(api, renewed["accessToken"]).ask(ORDERS)
    await _become_somebody(email)
    log_in = (await Client(api).ask(LOG_IN, email=email, password=PASSWORD))["logIn"]
    person = Client(api, log_in["accessToken"])
    before = await person.ask(ORDERS)
    claimed = (await person.ask(CLAIM))["claimGuestOrders"]["orders"]
    after = await person.ask(ORDERS)
    ended = (await Client(api).ask(REFRESH, token=renewed["refreshToken"]))["refreshSession"]

    own = [{"number": order["number"]}]
    assert tokens["user"] == {"isGuest": True, "email": None, "language": "en", "currency": "EUR", "country": "DE"}
    assert as_guest == {"me": {"isGuest": True}, "orders": {"nodes": own}}
    assert before == {"me": {"isGuest": False}, "orders": {"nodes": []}}
    assert claimed == [own[0] | {"version": 2, "address": {"city": "Lübeck"}, "lines": [{"sku": goods.sku}]}]
    assert after == {"me": {"isGuest": False}, "orders": {"nodes": own}}
    assert ended == {"code": "SESSION_ENDED"}
    assert (await person.ask(CLAIM))["claimGuestOrders"] == {"orders": []}


async def test_a_guest_whose_orders_were_claimed_is_refused_within_seconds(api: str) -> None:
    email, goods = an_email(), await some_goods()
    guest = await a_guest()
    client, order_id = await signed_in(api, guest), await an_order(guest, goods, email=email)
    person = await signed_in(api, await somebody_at(email))

    await person.ask(CLAIM)
    seen = []
    for _ in range(60):
        seen.append((await client.post(GUESTS_ORDER, id=encode("Order", order_id))).json())
        if "errors" in seen[-1]:
            break
        await asyncio.sleep(0.2)

    assert seen[-1]["errors"][0]["extensions"]["code"] == "SESSION_ENDED"
    assert [one for one in seen[:-1] if one["data"] != {"order": None, "orders": {"nodes": []}}] == []


@pytest.mark.parametrize(
    ("more", "rule"), [({}, "required"), ({"email": None}, "required"), ({"email": "nowhere"}, "email")]
)
async def test_a_guest_has_to_say_where_the_mail_goes(api: str, more: dict[str, Any], rule: str) -> None:
    refused = await _buy(await signed_in(api, await a_guest()), await some_goods(), **more)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "email", rule)


async def test_who_has_an_account_is_reached_at_its_own_address(api: str) -> None:
    client = await signed_in(api, await a_person(), language="zh-CN")

    refused = await _buy(client, await some_goods(), email="ada@example.org")

    assert (refused["field"], refused["rule"]) == ("email", "guests")
    assert refused["message"] == "email 仅供访客填写；有账户者的邮件发送到账户的邮箱。"


async def test_guests_and_nobody_claim_nothing(api: str) -> None:
    guest = await (await signed_in(api, await a_guest())).refusal(CLAIM)
    nobody = await Client(api).refusal(CLAIM)

    assert (guest["code"], guest["permission"], nobody["code"]) == ("NOT_ALLOWED", "account", "NOT_SIGNED_IN")


async def test_a_wrong_arrival_names_its_field(api: str) -> None:
    refused = (await Client(api).ask(START, input=ARRIVING | {"country": "Germany"}))["startGuestSession"]

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "country", "iso3166")


async def test_a_document_starts_one_guest_session(api: str) -> None:
    many = """mutation { a: startGuestSession(input: {language: "en", currency: "EUR"}) { ... on Error { code } }
        b: startGuestSession(input: {language: "en", currency: "EUR"}) { ... on Error { code } } }"""

    refused = (await Client(api).post(many)).json()

    assert "data" not in refused

"""Somebody whose name, addresses and secrets are like nobody else's, and what they do in the shop."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

import httpx
import pyotp

from api.ids import encode
from tests.api.client import Client
from tests.factories.goods import Goods
from tests.factories.smtp import Inbox

PERSON = {
    "name": "Xanthippe Quandtmeier",
    "email": "xanthippe.quandtmeier@woolgathering.example",
    "new email": "xq@fernwanderung.example",
    "street": "Zwetschgensteig 4711",
    "city": "Kötzschenbroda",
    "company": "Quandtmeier Feinkost",
    "phone": "+493519876543",
    "tax number": "DE438115927",
    "label": "Xanthippes Bernsteintelefon",
}
PASSWORD, NEW_PASSWORD = "plaudernde Haselnuss 8812", "wackelnder Barometer 3307"
WRONG_PASSWORD = "plaudernde Haselnuss 8813"
KEY = "rhabarber-0815"
"""Of idempotency: clients choose it, and it stands in its table, but in no log."""
DEVICE = "Sanddorn-Browser/77.1"
WORDS = (
    "Xanthippe", "Quandtmeier", "woolgathering", "fernwanderung", "Zwetschgensteig", "Kötzschenbroda", "3519876543",
    "438115927", "Bernsteintelefon", "Haselnuss", "Barometer", "Sanddorn",
)  # fmt: skip
"""Of the above, such that any part of it is found."""

_ERRORS = "... on Error { __typename code message }"


def mutation(name: str, selection: str, kind: str | None = None) -> str:
    given = kind or f"{name[0].upper()}{name[1:]}Input"
    return f"mutation ($input: {given}!) {{ {name}(input: $input) {{ {selection} {_ERRORS} }} }}"


@dataclass
class Somebody:
    """`secrets` grows with what the shop hands out; `answers` is whatever it answered."""

    url: str
    inbox: Inbox
    token: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    async def do(self, name: str, selection: str, kind: str | None = None, /, **input: Any) -> dict[str, Any]:
        """The result of a mutation, whether it succeeded or not; empty when it failed."""
        headers = {"user-agent": DEVICE, **Client(self.url, self.token or None).headers()}
        async with httpx.AsyncClient(timeout=60) as http:
            answer = await http.post(
                f"{self.url}/graphql",
                json={"query": mutation(name, selection, kind), "variables": {"input": input}},
                headers=headers,
            )
        self.answers.append(answer.text)
        found = (answer.json().get("data") or {}).get(name)
        return found or {}

    async def sign_up(self) -> None:
        await self.do("signUp", "... on SignUpAccepted { linkValidSeconds }", **self.sign_up_input())

    def sign_up_input(self, **changes: str) -> dict[str, str]:
        shop = {"language": "en", "currency": "EUR", "country": "DE", "idempotencyKey": KEY}
        return {"email": PERSON["email"], "password": PASSWORD, "name": PERSON["name"], **shop, **changes}

    async def confirm(self) -> None:
        self.secrets["link of the sign-up"] = self.token_for("confirm-email")
        input = {"token": self.secrets["link of the sign-up"], "password": PASSWORD}
        assert "userId" in await self.do("confirmEmail", "... on AccountOpened { userId }", **input)

    async def log_in(self, password: str = PASSWORD) -> None:
        tokens = await self.do(
            "logIn", "... on Tokens { accessToken refreshToken }", email=PERSON["email"], password=password
        )
        self.token = tokens["accessToken"]
        self.secrets |= {"access token": self.token, "refresh token": tokens["refreshToken"]}

    async def refresh(self) -> None:
        tokens = await self.do(
            "refreshSession", "... on Tokens { accessToken refreshToken }", refreshToken=self.secrets["refresh token"]
        )
        self.token = tokens["accessToken"]
        self.secrets |= {"second access token": self.token, "second refresh token": tokens["refreshToken"]}

    async def tell_all(self) -> None:
        told = {"name": PERSON["name"], "phone": PERSON["phone"], "taxNumber": PERSON["tax number"]}
        me = await self.do("updateProfile", "... on User { name phone taxNumber }", **told, idempotencyKey=KEY)
        assert me["taxNumber"] == PERSON["tax number"]
        added = await self.do("addAddress", "... on AddressEntry { id }", address=self.address(), idempotencyKey=KEY)
        assert "id" in added

    def address(self, **changes: str) -> dict[str, str]:
        return {
            "name": PERSON["name"],
            "company": PERSON["company"],
            "line1": PERSON["street"],
            "city": PERSON["city"],
            "postcode": "01445",
            "country": "DE",
            "phone": PERSON["phone"],
            **changes,
        }

    async def protect(self, password: str = PASSWORD) -> None:
        """A second factor, with its secret and recovery codes."""
        enrolled = await self.do("enrolTotp", "... on TotpEnrolment { secret }", "ProofInput", password=password)
        code = pyotp.TOTP(enrolled["secret"]).now()
        added = await self.do("confirmTotp", "... on FactorAdded { recoveryCodes }", code=code)
        self.secrets["secret of the authenticator"] = enrolled["secret"]
        self.secrets |= {f"recovery code {n}": one for n, one in enumerate(added["recoveryCodes"])}

    async def buy(self, goods: Goods) -> str:
        cart = (await self.do("createCart", "... on Cart { id }", currency="EUR"))["id"]
        line = {"cartId": cart, "variantId": encode("Variant", goods.variant_id), "quantity": 1}
        total = (await self.do("addCartLine", "... on Cart { total { amount currency } }", "CartLineInput", **line))[
            "total"
        ]
        order = {
            "cartId": cart,
            "address": self.address(),
            "expectedTotal": total,
            "idempotencyKey": f"{KEY}-{uuid4()}",
        }
        placed = await self.do("placeOrder", "... on Order { id }", **order)
        return str(placed.get("id", ""))

    async def change_address(self) -> None:
        """To another e-mail address; the links in both mails are followed no further than to the shop's refusals."""
        await self.do(
            "requestEmailChange",
            "... on MailRequested { linkValidSeconds }",
            newEmail=PERSON["new email"],
            password=PASSWORD,
        )

    def token_for(self, page: str) -> str:
        """That of the newest mail with a link to the page."""
        found = re.findall(rf"/{page}#token=([\w-]+)", "\n".join(self.mails()))
        return str(found[-1])

    def mails(self) -> list[str]:
        return [_text(one.content) for one in self.inbox.envelopes]


def _text(raw: bytes | str | None) -> str:
    assert isinstance(raw, bytes)
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return str(message.get_content())

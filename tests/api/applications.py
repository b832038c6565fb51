"""A partner's program and the staff who register it, over HTTP."""

from time import time
from typing import Any
from uuid import uuid4

import httpx

from api.http.oauth import ASSERTION_TYPE
from tests.api.client import Client
from tests.factories.applications import Signer

ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
KEY = "id kid algorithm createdAt lastUsedAt endsAt"
API_KEY = "id prefix scopes createdAt lastUsedAt endsAt"
APPLICATION = f"""id clientId name scopes channel supplierId version createdAt disabledAt
    keys {{ {KEY} }} apiKeys {{ {API_KEY} }}"""


async def change(staff: Client, mutation: str, shown: str, **input: Any) -> Any:
    """The answer of a mutation whose input is called after it; `shown` is a type and its fields."""
    kind = mutation[0].upper() + mutation[1:]
    if mutation in {"disableApplication", "enableApplication"}:
        kind = "SwitchApplication"
    query = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ ... on {shown} {ERRORS} }} }}"
    return (await staff.ask(query, input=input))[mutation]


async def register(staff: Client, *scopes: str, **more: Any) -> Any:
    return await change(
        staff, "registerApplication", f"Application {{ {APPLICATION} }}", name="Lager Nord", scopes=scopes, **more
    )


async def add_key(staff: Client, application: Any, signer: Signer, **more: Any) -> Any:
    return await change(
        staff,
        "addApplicationKey",
        f"ApplicationKey {{ {KEY} }}",
        applicationId=application["id"],
        publicKey=signer.public_pem,
        **more,
    )


async def create_api_key(staff: Client, application: Any, *scopes: str, **more: Any) -> Any:
    shown = f"IssuedApiKey {{ secret apiKey {{ {API_KEY} }} }}"
    return await change(staff, "createApiKey", shown, applicationId=application["id"], scopes=scopes, **more)


async def ask_for_token(url: str, assertion: str, **more: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        **more,
    }
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(f"{url}/oauth/token", data=form)


async def program(url: str, client_id: str, signer: Signer, **more: str) -> Client:
    """A client that has logged in by an assertion."""
    answer = await ask_for_token(url, an_assertion(url, client_id, signer), **more)
    assert answer.status_code == 200, answer.text
    return Client(url, answer.json()["access_token"])


def an_assertion(url: str, client_id: str, signer: Signer, **changes: Any) -> str:
    standard = {
        "iss": client_id,
        "sub": client_id,
        "aud": f"{url}/oauth/token",
        "exp": int(time()) + 60,
        "jti": str(uuid4()),
    }
    return signer.sign({**standard, **changes})

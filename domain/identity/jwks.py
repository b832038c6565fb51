"""The public halves of the access-token keys, for anybody who wants to check a token."""

from typing import Any

from domain.identity.key_pairs import json_web_key
from domain.identity.keys import public_keys


async def json_web_key_set() -> dict[str, list[dict[str, Any]]]:
    """As RFC 7517 describes it."""
    return {"keys": [json_web_key(kid, pem) for kid, pem in (await public_keys("access")).items()]}

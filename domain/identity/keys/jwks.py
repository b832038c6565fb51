"""The public halves of the access-token keys, for anybody who wants to check a token."""

from datetime import timedelta
from typing import Any

from domain.identity.keys.key_pairs import json_web_key
from domain.identity.keys.keys import public_keys

KEPT = timedelta(minutes=5)
"""How long whoever has read them may go by them."""


async def json_web_key_set() -> dict[str, list[dict[str, Any]]]:
    """As RFC 7517 describes it: the keys that sign, those that will, and those whose last tokens have not expired."""
    return {"keys": [json_web_key(kid, pem) for kid, pem in (await public_keys("access")).items()]}

import asyncio
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import ecdsa
import jwt
import pytest

from domain.identity.keys.jwks import json_web_key_set
from domain.identity.keys.keys import PURPOSES, active_key, ensure_keys, public_keys
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.master_key import KeysUnusable
from domain.shared.settings import Settings
from tests.factories.identity import signed_in
from tests.own_shop import own_shop

__all__ = ["own_shop"]
OTHER_MASTER_KEY = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="
COUNTED = "SELECT purpose, count(*) FROM signing_key GROUP BY purpose ORDER BY purpose"


@pytest.fixture
async def without_keys(own_shop: Settings) -> Settings:
    await run("DELETE FROM signing_key")
    return own_shop


async def test_each_purpose_has_a_key_of_its_own() -> None:
    access, receipt, audit = [await active_key(purpose) for purpose in PURPOSES]

    assert [key.algorithm for key in (access, receipt, audit)] == ["RS256", "ES256", "ES256"]
    assert await public_keys("receipt") == {receipt.kid: receipt.public_pem}
    assert receipt.kid not in await public_keys("access")
    assert audit.kid not in await public_keys("receipt")


async def test_the_receipt_key_signs_with_ecdsa_on_p_256() -> None:
    key = await active_key("receipt")
    signing = ecdsa.SigningKey.from_pem(key.private_pem, hashfunc=sha256)

    signature = signing.sign_deterministic(b"receipt")

    assert signing.curve == ecdsa.NIST256p
    assert ecdsa.VerifyingKey.from_pem(key.public_pem, hashfunc=sha256).verify(signature, b"receipt")


async def test_private_keys_are_never_stored_in_the_clear() -> None:
    keys = [await active_key("access"), await active_key("receipt")]

    stored = "".join(one["all"] for one in await rows("SELECT signing_key::text AS all FROM signing_key"))

    assert "PRIVATE KEY" not in stored
    for key in keys:
        assert "PRIVATE KEY" in key.private_pem
        assert not any(line in stored for line in key.private_pem.splitlines() if len(line) == 64)
        assert key.private_pem not in repr(key)


@pytest.mark.usefixtures("without_keys")
async def test_keys_are_made_once_by_many_processes_at_once() -> None:
    await asyncio.gather(*(ensure_keys() for _ in range(5)))

    assert [tuple(one) for one in await rows(COUNTED)] == [("access", 1), ("audit", 1), ("receipt", 1)]


@pytest.mark.usefixtures("without_keys")
async def test_the_first_key_signs_at_once_also_where_the_clock_is_behind_that_of_its_maker() -> None:
    await ensure_keys()

    with clock_at(now() - timedelta(minutes=5)):
        key = await active_key("access")

    assert key.kid == await value("SELECT kid FROM signing_key WHERE purpose = 'access'")


async def test_making_keys_again_makes_none() -> None:
    before = await rows("SELECT kid FROM signing_key ORDER BY kid")

    await ensure_keys()

    assert await rows("SELECT kid FROM signing_key ORDER BY kid") == before


@pytest.mark.usefixtures("own_shop")
async def test_a_made_key_is_audited_without_its_halves() -> None:
    key = await active_key("receipt")

    entries = await rows(
        "SELECT audit_entry::text AS all FROM audit_entry WHERE action = 'makeSigningKey' AND after::json->>'kid' = $1",
        key.kid,
    )

    assert len(entries) == 1
    assert "KEY-----" not in entries[0]["all"]


@pytest.mark.parametrize(
    ("master_key", "complaint"),
    [
        ("", "is not set"),
        ("too short", "is malformed"),
        ("c2hvcnQ=", "is malformed"),
        ("ключ", "is malformed"),
        (OTHER_MASTER_KEY, "does not open the stored signing key"),
    ],
)
async def test_a_master_key_that_is_missing_or_wrong_is_one_clear_line(
    configure: Callable[..., None], master_key: str, complaint: str
) -> None:
    configure(master_key=master_key)

    with pytest.raises(KeysUnusable) as at_start:
        await ensure_keys()
    with pytest.raises(KeysUnusable) as at_use:
        await active_key("access")

    for refusal in (at_start, at_use):
        assert "HANSE_MASTER_KEY" in str(refusal.value)
        assert complaint in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert not master_key or master_key not in str(refusal.value)


@pytest.mark.usefixtures("without_keys")
async def test_without_a_key_it_is_said_what_to_do() -> None:
    with pytest.raises(KeysUnusable, match="there is no key that signs for access: run `hanse migrate`"):
        await active_key("access")


@pytest.mark.usefixtures("without_keys")
@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
async def test_the_published_keys_verify_a_token_and_hold_no_private_part(
    configure: Callable[..., None], algorithm: str
) -> None:
    configure(token_algorithm=algorithm)
    await ensure_keys()
    token = (await signed_in()).access_token

    published = await json_web_key_set()

    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, [algorithm], audience="hanse")
    assert {one["alg"] for one in published["keys"]} == {algorithm}
    assert not any({"d", "p", "q"} & one.keys() for one in published["keys"])

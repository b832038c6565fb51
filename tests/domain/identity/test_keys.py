import asyncio
from collections.abc import AsyncIterator, Callable
from hashlib import sha256

import ecdsa
import jwt
import pytest

from domain.identity.jwks import json_web_key_set
from domain.identity.keys import active_key, ensure_keys, public_keys
from domain.identity.master_key import KeysUnusable, seal, unseal
from domain.shared.database import rows, run, value
from tests.factories.identity import signed_in

OTHER_MASTER_KEY = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="


@pytest.fixture
async def without_eddsa_keys() -> AsyncIterator[None]:
    await run("DELETE FROM signing_key WHERE algorithm = 'EdDSA'")
    yield
    await run("DELETE FROM signing_key WHERE algorithm = 'EdDSA'")


async def test_each_purpose_has_a_key_of_its_algorithm() -> None:
    access, receipt = await active_key("access"), await active_key("receipt")

    assert (access.algorithm, receipt.algorithm) == ("RS256", "ES256")
    assert (await public_keys("receipt"))[receipt.kid] == receipt.public_pem
    assert receipt.kid not in await public_keys("access")


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


async def test_keys_are_made_once_by_many_processes_at_once(
    configure: Callable[..., None],
    without_eddsa_keys: None,  # noqa: ARG001 - a fixture that is used for its effect
) -> None:
    configure(token_algorithm="EdDSA")

    await asyncio.gather(*(ensure_keys() for _ in range(5)))

    assert await value("SELECT count(*) FROM signing_key WHERE algorithm = 'EdDSA'") == 1


async def test_making_keys_again_makes_none() -> None:
    before = await rows("SELECT kid FROM signing_key ORDER BY kid")

    await ensure_keys()

    assert await rows("SELECT kid FROM signing_key ORDER BY kid") == before


async def test_a_made_key_is_audited_without_its_halves() -> None:
    key = await active_key("receipt")

    entries = await rows(
        "SELECT audit_entry::text AS all FROM audit_entry WHERE action = 'makeSigningKey' AND after->>'kid' = $1",
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


async def test_without_a_key_of_the_chosen_algorithm_it_is_said_what_to_do(
    configure: Callable[..., None],
    without_eddsa_keys: None,  # noqa: ARG001 - a fixture that is used for its effect
) -> None:
    configure(token_algorithm="EdDSA")

    with pytest.raises(KeysUnusable, match="there is no EdDSA key that signs access"):
        await active_key("access")


def test_a_sealed_secret_cannot_stand_in_for_another() -> None:
    sealed = seal(b"secret", label="first", master_key=OTHER_MASTER_KEY)

    with pytest.raises(KeysUnusable):
        unseal(sealed, label="second", master_key=OTHER_MASTER_KEY)

    assert unseal(sealed, label="first", master_key=OTHER_MASTER_KEY) == b"secret"
    assert seal(b"secret", label="first", master_key=OTHER_MASTER_KEY) != sealed


async def test_the_published_keys_verify_a_token_and_hold_no_private_part(
    configure: Callable[..., None],
    without_eddsa_keys: None,  # noqa: ARG001 - a fixture that is used for its effect
) -> None:
    configure(token_algorithm="EdDSA")
    await ensure_keys()
    token = (await signed_in()).access_token

    published = await json_web_key_set()

    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, ["EdDSA"], audience="hanse")
    assert {one["alg"] for one in published["keys"]} == {"RS256", "EdDSA"}
    assert not any({"d", "p", "q"} & one.keys() for one in published["keys"])

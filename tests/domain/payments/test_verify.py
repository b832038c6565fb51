import asyncio
import threading
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from ecdsa import NIST256p, NIST384p, SECP256k1, SigningKey
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.identity.keys.keys import active_key
from domain.payments.receipts import ReceiptText, Refusal
from domain.payments.verify import MAX_WAITING, ReceiptVerification, verify_receipt
from domain.shared.errors import Busy
from domain.shared.signatures import sign

ANY_TEXT = st.text() | st.binary(max_size=300).map(lambda read: read.decode("utf-8", "surrogateescape"))


async def signed_text() -> tuple[ReceiptText, str]:
    key = await active_key("receipt")
    text = ReceiptText(
        receipt_id=uuid4(),
        order_id=uuid4(),
        order_number=100_001,
        total_minor=4_250,
        currency="EUR",
        paid_at=datetime(2026, 3, 1, tzinfo=UTC),
        kid=key.kid,
        issuer="hanse",
    )
    return text, sign(text.canonical(), key.private_pem)


async def test_a_receipt_of_ours_is_confirmed_with_what_it_states() -> None:
    text, signature = await signed_text()

    verification = await verify_receipt(text.canonical(), signature)

    assert verification == ReceiptVerification(text=text)
    assert verification.valid


async def test_an_altered_text_is_refused() -> None:
    text, signature = await signed_text()

    verification = await verify_receipt(replace(text, total_minor=1).canonical(), signature)

    assert verification == ReceiptVerification(Refusal.BAD_SIGNATURE)


async def test_a_truncated_text_is_refused() -> None:
    text, signature = await signed_text()

    verification = await verify_receipt(text.canonical()[:-1], signature)

    assert verification == ReceiptVerification(Refusal.MALFORMED_PAYLOAD)


async def test_a_truncated_signature_is_refused() -> None:
    text, signature = await signed_text()

    verification = await verify_receipt(text.canonical(), signature[:-1])

    assert verification == ReceiptVerification(Refusal.MALFORMED_SIGNATURE)


async def test_a_key_nobody_knows_is_refused() -> None:
    text, signature = await signed_text()

    verification = await verify_receipt(replace(text, kid="receipt-of-mine").canonical(), signature)

    assert verification == ReceiptVerification(Refusal.UNKNOWN_KEY)


async def test_the_key_of_access_tokens_signs_no_receipts() -> None:
    text, signature = await signed_text()
    access = await active_key("access")

    verification = await verify_receipt(replace(text, kid=access.kid).canonical(), signature)

    assert verification == ReceiptVerification(Refusal.UNKNOWN_KEY)


@pytest.mark.parametrize("curve", [NIST256p, SECP256k1])
async def test_a_forgers_own_key_under_our_kid_is_refused_on_any_curve(curve: object) -> None:
    text, _ = await signed_text()
    forged = SigningKey.generate(curve).sign_deterministic(text.canonical().encode())

    verification = await verify_receipt(text.canonical(), _written(forged))

    assert verification == ReceiptVerification(Refusal.BAD_SIGNATURE)


async def test_a_signature_of_a_longer_curve_is_refused() -> None:
    text, _ = await signed_text()
    forged = SigningKey.generate(NIST384p).sign_deterministic(text.canonical().encode())

    verification = await verify_receipt(text.canonical(), _written(forged))

    assert verification == ReceiptVerification(Refusal.MALFORMED_SIGNATURE)


@hypothesis_settings(max_examples=150, deadline=None)
@given(payload=ANY_TEXT, signature=ANY_TEXT | st.from_regex(r"[A-Za-z0-9_-]{86}", fullmatch=True))
async def test_no_text_and_no_signature_makes_it_fail_otherwise_than_by_refusing(payload: str, signature: str) -> None:
    verification = await verify_receipt(payload, signature)

    assert not verification.valid
    assert verification.refusal is not None


@hypothesis_settings(max_examples=150, deadline=None)
@given(place=st.integers(min_value=0, max_value=400), other=st.characters(), removed=st.booleans())
async def test_no_single_character_can_be_changed_or_removed(place: int, other: str, removed: bool) -> None:
    text, signature = await signed_text()
    payload = text.canonical()
    place %= len(payload)
    assume(removed or payload[place] != other)

    verification = await verify_receipt(payload[:place] + ("" if removed else other) + payload[place + 1 :], signature)

    assert not verification.valid


async def test_more_at_once_than_may_wait_are_refused_and_the_places_come_back() -> None:
    text, signature = await signed_text()
    payload = text.canonical()

    outcomes = await asyncio.gather(
        *(verify_receipt(payload, signature) for _ in range(MAX_WAITING + 20)), return_exceptions=True
    )
    again = await asyncio.gather(*(verify_receipt(payload, signature) for _ in range(MAX_WAITING)))

    refused = [one for one in outcomes if isinstance(one, Busy)]
    assert 0 < len(refused) <= 20
    assert {one.resource for one in refused} == {"receipts"}
    assert all(one.valid for one in again)


async def test_however_many_are_asked_for_one_thread_computes() -> None:
    text, signature = await signed_text()

    await asyncio.gather(*(verify_receipt(text.canonical(), signature) for _ in range(MAX_WAITING)))

    assert len([one for one in threading.enumerate() if one.name.startswith("receipts")]) == 1


def _written(signature: bytes) -> str:
    return urlsafe_b64encode(signature).rstrip(b"=").decode()

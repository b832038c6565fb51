"""The receipt's text and signature, without a database."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from ecdsa import NIST256p, SigningKey
from hypothesis import given
from hypothesis import strategies as st

from domain.payments.receipts import ReceiptText, holds, read_text
from domain.shared.signatures import read_signature, sign

# RFC 6979, appendix A.2.5: the key, and its signature with SHA-256 of the message "sample"
RFC_KEY = SigningKey.from_secret_exponent(
    0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, curve=NIST256p
)
RFC_R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
RFC_S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
PRIVATE_PEM: str = RFC_KEY.to_pem(format="pkcs8").decode()
PUBLIC_PEM: str = RFC_KEY.verifying_key.to_pem().decode()
N: int = NIST256p.order

TEXT = ReceiptText(
    receipt_id=UUID("018f0000-0000-7000-8000-000000000001"),
    order_id=UUID("018f0000-0000-7000-8000-000000000002"),
    order_number=100_001,
    total_minor=4_250,
    currency="EUR",
    paid_at=datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC),
    kid="receipt-1",
    issuer="hanse",
)


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_the_text_is_json_with_sorted_keys_and_no_spaces_and_reads_back() -> None:
    text = TEXT.canonical()

    assert text == (
        '{"currency":"EUR","issuer":"hanse","kid":"receipt-1","order_id":"018f0000-0000-7000-8000-000000000002",'
        '"order_number":100001,"paid_at":"2026-03-01T12:30:15.123456Z",'
        '"receipt_id":"018f0000-0000-7000-8000-000000000001","total_minor":4250}'
    )
    assert read_text(text) == TEXT


def test_signing_gives_the_signature_that_rfc_6979_prints() -> None:
    signature = sign("sample", PRIVATE_PEM)

    assert read_signature(signature) == raw(RFC_R, RFC_S)


def test_openssl_agrees_with_a_signature_of_ours() -> None:
    payload = TEXT.canonical()
    signature = read_signature(sign(payload, PRIVATE_PEM))
    assert signature is not None

    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public_key = load_pem_public_key(PUBLIC_PEM.encode())
    assert isinstance(public_key, EllipticCurvePublicKey)
    public_key.verify(encode_dss_signature(r, s), payload.encode(), ECDSA(SHA256()))  # raises where it disagrees

    assert holds(payload, signature, PUBLIC_PEM)


def test_a_signature_holds_for_its_text_only() -> None:
    signature = read_signature(sign(TEXT.canonical(), PRIVATE_PEM))
    assert signature is not None

    altered = replace(TEXT, total_minor=4_249).canonical()

    assert not holds(altered, signature, PUBLIC_PEM)
    assert not holds(TEXT.canonical() + " ", signature, PUBLIC_PEM)


def test_r_and_n_minus_s_hold_as_well_which_is_why_a_signature_is_no_identity() -> None:
    assert holds("sample", raw(RFC_R, N - RFC_S), PUBLIC_PEM)


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 0), (0, 1), (1, 0), (N, 1), (1, N), (N + 1, N + 1), (2**256 - 1, 2**256 - 1), (RFC_S, RFC_R)],
)
def test_numbers_outside_the_group_and_swapped_ones_do_not_hold(r: int, s: int) -> None:
    assert not holds("sample", raw(r, s), PUBLIC_PEM)


def test_a_signature_that_leads_to_the_point_at_infinity_does_not_hold() -> None:
    hashed = int.from_bytes(sha256(b"sample").digest(), "big")
    r = -hashed * pow(RFC_KEY.privkey.secret_multiplier, -1, N) % N

    assert not holds("sample", raw(r, 5), PUBLIC_PEM)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "A" * 85,
        "A" * 87,
        "A" * 84 + "==",
        "!" * 86,
        "A" * 82 + "!!!!",
        "é" * 86,
        "\ud800" * 86,
        "A" * 85 + "\n",
        "A" * 85 + "B",
        urlsafe_b64encode(b"\xff" * 64).decode().rstrip("=").replace("_", "/"),
    ],
)
def test_only_the_written_form_of_64_bytes_is_read_as_a_signature(signature: str) -> None:
    assert read_signature(signature) is None


@given(st.binary(min_size=64, max_size=64))
def test_any_64_bytes_in_their_written_form_are_read_back(signature: bytes) -> None:
    written = urlsafe_b64encode(signature).rstrip(b"=").decode()

    assert read_signature(written) == signature


@given(st.binary(min_size=64, max_size=64))
def test_no_64_bytes_at_random_hold(signature: bytes) -> None:
    assert not holds("sample", signature, PUBLIC_PEM)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "null",
        "[]",
        '"text"',
        "{}",
        "{",
        "\ud800",
        "[" * 1999,
        TEXT.canonical().replace("100001", "1e400"),
        TEXT.canonical().replace("100001", "null"),
        TEXT.canonical().replace('"018f0000-0000-7000-8000-000000000002"', "7"),
        TEXT.canonical().replace("2026-03-01T12:30:15.123456Z", "yesterday"),
        TEXT.canonical().replace('"kid":"receipt-1",', ""),
        TEXT.canonical() + " " * 2000,
    ],
)
def test_a_text_that_is_no_receipts_is_not_read(payload: str) -> None:
    assert read_text(payload) is None

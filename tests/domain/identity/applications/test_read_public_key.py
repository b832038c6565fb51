import base64
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from domain.identity.applications.read_public_key import MAX_LENGTH, read_public_key
from domain.shared.errors import InvalidInput
from tests.factories.applications import a_signer

# RFC 7638, section 3.1
THE_KEY_OF_THE_RFC = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn"
    "jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
    "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_is_the_same_however_it_is_written(algorithm: str) -> None:
    pem = a_signer(algorithm).public_pem
    known = read_public_key(pem)

    as_jwk = read_public_key(orjson.dumps(_jwk(pem, algorithm)).decode())
    with_blanks = read_public_key(f"\n {pem}\r\n")

    assert (known.algorithm, known.pem) == (algorithm, pem)
    assert as_jwk == with_blanks == known


def test_a_key_that_has_no_name_is_called_by_its_thumbprint() -> None:
    found = read_public_key(orjson.dumps(THE_KEY_OF_THE_RFC).decode())

    assert found.kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_json_web_key_may_name_itself() -> None:
    named = {**THE_KEY_OF_THE_RFC, "kid": "spring", "use": "sig", "alg": "RS256"}

    assert read_public_key(orjson.dumps(named).decode()).kid == "spring"


@pytest.mark.parametrize(
    ("key", "rule", "limit"),
    [
        (rsa.generate_private_key(65537, 1024), "keyBits", "2048..4096"),  # noqa: S505 # it is to be refused
        (rsa.generate_private_key(3, 2048), "keyExponent", "65537"),
        (ec.generate_private_key(ec.SECP384R1()), "keyCurve", "P-256"),
        (ec.generate_private_key(ec.SECP256K1()), "keyCurve", "P-256"),
        (ed25519.Ed25519PrivateKey.generate(), "keyKind", ""),
        (dsa.generate_private_key(2048), "keyKind", ""),
    ],
    ids=["short", "exponent", "P-384", "secp256k1", "Ed25519", "DSA"],
)
def test_weak_keys_and_keys_of_other_kinds_are_refused_by_name(key: Any, rule: str, limit: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_public_key(_public(key))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("publicKey", rule, limit)


def test_a_private_key_is_refused_as_such_and_not_repeated() -> None:
    pem = a_signer().private_pem
    traditional = _ec_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    jwk = orjson.dumps(ECAlgorithm.to_jwk(_ec_key(), as_dict=True)).decode()

    for text in (pem, traditional, jwk, f"{a_signer().public_pem}\n{pem}"):
        with pytest.raises(InvalidInput) as refusal:
            read_public_key(text)
        assert refusal.value.rule == "privateKey"
        assert "MII" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"kty": "oct", "k": "c2VjcmV0"}', "symmetricKey"),
        ('{"kty": "RSA", "k": "c2VjcmV0"}', "symmetricKey"),
        ('{"kty": "OKP", "crv": "Ed25519", "x": "AA"}', "keyKind"),
        ('{"kty": ["RSA"]}', "keyKind"),
        ('{"keys": []}', "keyKind"),
        ('{"kty": "RSA"}', "keyFormat"),
        ('{"kty": "RSA", "n": 1, "e": "AQAB"}', "keyFormat"),
        ('{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', "keyFormat"),
        ('{"kty": "EC", "crv": "P-256"}', "keyFormat"),
        ("{}", "keyFormat"),
        ("{" + '"a":{' * 700, "keyFormat"),
        ("", "keyFormat"),
        ("a secret", "keyFormat"),
        ("schlüssel \ud800", "keyFormat"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "keyFormat"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "keyFormat"),
        ("x" * (MAX_LENGTH + 1), "length"),
    ],
)
def test_what_is_no_public_key_is_refused_by_name(text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_public_key(text)

    assert refusal.value.rule == rule


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    forged = _jwk(a_signer("ES256").public_pem, "ES256") | {
        "y": base64.urlsafe_b64encode(b"\x01" * 32).decode().strip("=")
    }

    with pytest.raises(InvalidInput) as refusal:
        read_public_key(orjson.dumps(forged).decode())

    assert refusal.value.rule == "keyFormat"


@pytest.mark.parametrize("changes", [{"alg": "PS256"}, {"alg": "HS256"}, {"use": "enc"}])
def test_a_key_that_is_meant_for_something_else_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_public_key(orjson.dumps({**THE_KEY_OF_THE_RFC, **changes}).decode())

    assert (refusal.value.rule, refusal.value.limit) == ("keyUse", "RS256")


def _jwk(pem: str, algorithm: str) -> dict[str, Any]:
    reader = RSAAlgorithm if algorithm == "RS256" else ECAlgorithm
    key = reader(reader.SHA256).prepare_key(pem)
    shown: dict[str, Any] = reader.to_jwk(key, as_dict=True)  # type: ignore[call-overload] # of the same kind
    assert PyJWK(shown).algorithm_name == algorithm
    return shown


def _ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _public(key: Any) -> str:
    encoded: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded.decode()
